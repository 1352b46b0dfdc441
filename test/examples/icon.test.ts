import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

describe('media/icon.png', () => {
  it('is icon.svg at the 256 px of the Marketplace (npm run icon)', () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'runglass-icon-'));
    try {
      const out = path.join(folder, 'icon.png');
      execFileSync(process.execPath, [path.resolve('scripts/renderIcon.mjs'), '--out', out]);
      const png = readFileSync(path.resolve('media/icon.png'));
      assert.deepEqual([png.readUInt32BE(16), png.readUInt32BE(20)], [256, 256]);
      assert.ok(png.equals(readFileSync(out)), 'icon.svg has changed: run `npm run icon`');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
