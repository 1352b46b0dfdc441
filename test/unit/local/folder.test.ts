import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdtempSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { makeFolder, removeLeftovers } from '../../../src/local/folder.ts';

describe('a data folder that was there', () => {
  let folder: string;
  const getuid = process.getuid;
  beforeEach(function () {
    if (!getuid) this.skip();
    folder = mkdtempSync(path.join(tmpdir(), 'runglass-test-'));
  });
  afterEach(() => {
    process.getuid = getuid as () => number;
    if (folder) rmSync(folder, { recursive: true, force: true });
  });

  const write = (name: string, mode: number) => {
    writeFileSync(path.join(folder, name), '');
    chmodSync(path.join(folder, name), mode);
  };
  const modes = (...names: string[]) =>
    names.map((name) => (statSync(path.join(folder, name)).mode & 0o7777).toString(8));

  it('becomes its owner’s alone', () => {
    write('secrets.json', 0o644);
    chmodSync(folder, 0o2775);
    makeFolder(folder);
    assert.deepEqual(modes('.', 'secrets.json'), ['2700', '600']);
  });

  it('with other things in it keeps them, and lets nobody else write into it', () => {
    write('secrets.json', 0o644);
    write('notes.txt', 0o664);
    write('draft.tmp', 0o644);
    utimesSync(path.join(folder, 'draft.tmp'), new Date(0), new Date(0));
    chmodSync(folder, 0o777);
    makeFolder(folder);
    removeLeftovers(folder);
    assert.deepEqual(modes('.', 'secrets.json', 'notes.txt'), ['755', '600', '664']);
    assert.ok(existsSync(path.join(folder, 'draft.tmp')));
  });

  it('is taken as it is where a new file is not its maker’s, as on FAT and many mounts', () => {
    write('secrets.json', 0o666);
    chmodSync(folder, 0o777);
    // So everything there seems to be another user's, also what we make.
    process.getuid = () => (getuid?.() ?? 0) + 1;
    makeFolder(folder);
    assert.deepEqual(modes('.', 'secrets.json'), ['777', '666']);
  });
});
