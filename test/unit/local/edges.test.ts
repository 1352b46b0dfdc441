import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { refusal } from '../../../src/local/guard.ts';
import { verifyToken } from '../../../src/local/jwt.ts';
import { FileLog } from '../../../src/local/log.ts';
import { Mutex } from '../../../src/local/mutex.ts';
import { isoTimestamp, parsers } from '../../../src/local/parsers.ts';
import { pack, unpack } from '../../../src/local/tar.ts';
import { signToken } from '../../support/phoenix.ts';

describe('edges of the embedded backend', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'runglass-unit-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('lets only this machine and its editor in', () => {
    const allowed = [undefined, 'vscode-webview://x', 'file://', 'http://localhost:5173', 'https://[::1]:1'];
    for (const origin of allowed) {
      assert.equal(refusal({ host: '127.0.0.1:7', ...(origin ? { origin } : {}) }, 7), null, origin);
    }
    const refused = [
      'null',
      'https://example.com',
      'http://localhost.evil',
      'http://127.0.0.1@evil.example',
      '',
    ];
    for (const origin of refused) assert.ok(refusal({ host: '127.0.0.1:7', origin }, 7), origin);
    for (const host of ['localhost:7', '[::1]:7', 'LOCALHOST:7'])
      assert.equal(refusal({ host }, 7), null, host);
    for (const host of [undefined, '', 'localhost', 'localhost:8', 'evil:7', '127.0.0.1:7@evil', '0x7f.1:7'])
      assert.ok(refusal(host === undefined ? {} : { host }, 7), host);
  });

  it('tells a good token from a bad one, and why', () => {
    const now = 1_000_000_000;
    const good = { role: 'authenticated', sub: 'u', exp: now / 1000 + 1 };
    assert.deepEqual(verifyToken(signToken(good, 's'), 's', now), { claims: good });
    const reason = (token: string) => {
      const result = verifyToken(token, 's', now);
      return 'problem' in result ? result.problem.reason : 'none';
    };
    assert.equal(reason(signToken(good, 'other')), 'signature');
    assert.equal(reason(signToken({ ...good, exp: now / 1000 }, 's')), 'expired');
    assert.equal(reason(signToken({ role: 'x' }, 's')), 'missingFields');
    const none = Buffer.from('{"alg":"none"}').toString('base64url');
    assert.equal(reason(`${none}.${Buffer.from(JSON.stringify(good)).toString('base64url')}.x`), 'signature');
    for (const text of ['', 'a', 'a.b', 'a.b.c', 'a.b.c.d']) assert.equal(reason(text), 'malformed', text);
  });

  it('writes times as PostgREST does', () => {
    assert.equal(isoTimestamp('2024-02-29 10:34:56.7+00'), '2024-02-29T10:34:56.7+00:00');
    assert.equal(isoTimestamp('2024-02-29 10:34:56-03:30'), '2024-02-29T10:34:56-03:30');
    assert.equal(isoTimestamp('2024-02-29 10:34:56'), '2024-02-29T10:34:56');
    for (const text of ['infinity', '-infinity', '0044-03-15 12:00:00+00 BC'])
      assert.equal(isoTimestamp(text), text);
    assert.equal(parsers[1700]?.('1.10'), 1.1);
    assert.equal(parsers[1700]?.('NaN'), 'NaN');
  });

  it('lets one in at a time, in order, and goes on after a failure', async () => {
    const mutex = new Mutex();
    const seen: string[] = [];
    const work = (name: string, fails = false) =>
      mutex.run(async () => {
        seen.push(`${name} in`);
        await new Promise((resolve) => setImmediate(resolve));
        seen.push(`${name} out`);
        if (fails) throw new Error(name);
      });
    await Promise.allSettled([work('a'), work('b', true), work('c')]);
    assert.deepEqual(seen, ['a in', 'a out', 'b in', 'b out', 'c in', 'c out']);
  });

  it('packs a folder and unpacks it as it was', () => {
    const from = path.join(folder, 'from');
    const files: Record<string, Buffer> = {
      'a/empty': Buffer.alloc(0),
      'a/b/c': Buffer.alloc(513, 1),
      d: Buffer.from('é'),
    };
    unpack(Buffer.alloc(1024), from);
    for (const [name, content] of Object.entries(files)) {
      const part = path.join(from, name);
      unpack(Buffer.alloc(0), path.dirname(part));
      writeFileSync(part, content);
    }
    unpack(Buffer.alloc(0), path.join(from, 'nothing'));
    const to = path.join(folder, 'to');
    unpack(pack(from), to);
    assert.deepEqual(
      readdirSync(to, { recursive: true }).sort(),
      readdirSync(from, { recursive: true }).sort(),
    );
    for (const [name, content] of Object.entries(files))
      assert.deepEqual(readFileSync(path.join(to, name)), content);
  });

  it('does not unpack a file out of the folder', () => {
    const archive = pack(path.dirname(writeTo(path.join(folder, 'x'))));
    archive.write('../evil\0', 0);
    assert.throws(() => unpack(archive, path.join(folder, 'to')), /leads out of the folder/);
  });

  it('keeps its log below 4 MB, however long an entry', () => {
    const file = path.join(folder, 'log');
    const log = new FileLog(file);
    log.write('x'.repeat(5_000_000));
    assert.ok(statSync(file).size < 40_000);
    for (let line = 0; line < 200; line++) log.write('x'.repeat(30_000));
    const size = (name: string) => statSync(name).size;
    assert.ok(size(file) <= 2 * 1024 * 1024 && size(`${file}.1`) <= 2 * 1024 * 1024);
    assert.deepEqual(readdirSync(folder).sort(), ['log', 'log.1']);
  });
});

function writeTo(folder: string): string {
  const file = path.join(folder, 'file');
  unpack(Buffer.alloc(0), folder);
  writeFileSync(file, 'x');
  return file;
}
