import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import {
  BackendExit,
  type BackendProcess,
  describeEmbedded,
  spawnBackend,
  stopProcess,
  temporaryFolder,
} from '../../support/backend.ts';

const nobody = 65534;
/** Which of the files given as arguments it can read or list, as JSON. */
const spy = `
  const fs = require('node:fs');
  const can = (file) => { try { fs.statSync(file).isDirectory() ? fs.readdirSync(file) : fs.readFileSync(file); return true; } catch { return false; } };
  console.log(JSON.stringify(process.argv.slice(1).filter(can)));`;

describeEmbedded('other people of this machine', function () {
  this.timeout(120_000);
  const folders: string[] = [];
  const running: BackendProcess[] = [];

  const folder = () => {
    const made = temporaryFolder();
    folders.push(made);
    return made;
  };
  const start = async (on: string) => {
    const started = await spawnBackend(on);
    running.push(started);
    return started;
  };
  const refusal = (on: string) =>
    start(on).then(
      () => assert.fail('it started'),
      (error: unknown) => (error instanceof BackendExit ? error : assert.fail(String(error))),
    );
  afterEach(async () => {
    for (const { child } of running.splice(0)) await stopProcess(child);
    for (const made of folders.splice(0)) rmSync(made, { recursive: true, force: true });
  });
  /** Everything in the folder, and it. */
  const everything = (own: string) => [
    own,
    ...readdirSync(own, { recursive: true, encoding: 'utf8' }).map((name) => path.join(own, name)),
  ];
  const open = (own: string) =>
    everything(own).filter((file) => ((statSync(file, { throwIfNoEntry: false })?.mode ?? 0) & 0o077) !== 0);
  const isRoot = process.getuid?.() === 0;

  it('read nothing of a data folder, its keys, log and lock', async function () {
    if (!isRoot) this.skip();
    const own = folder();
    await start(own);
    const outside = path.join(folder(), 'public');
    writeFileSync(outside, '');
    for (const file of [path.dirname(outside), outside]) chmodSync(file, 0o755);
    const files = everything(own);
    for (const name of [
      'secrets.json',
      'backend.json',
      'folder.json',
      'lock.1/owner.json',
      'postgres/PG_VERSION',
    ])
      assert.ok(files.includes(path.join(own, name)), name);
    // By their full paths, and from within, as if the process had been given the folder once.
    for (const cwd of ['/', own]) {
      const { stdout, stderr } = spawnSync(process.execPath, ['-e', spy, outside, ...files.slice(0, 300)], {
        ...{ uid: nobody, gid: nobody, cwd, encoding: 'utf8' },
      });
      assert.deepEqual(JSON.parse(stdout || '""'), [outside], stderr);
    }
  });

  it('have no rights in a folder that was made under any umask', async function () {
    if (process.platform === 'win32') this.skip();
    const own = path.join(folder(), 'data');
    const umask = process.umask(0);
    try {
      await start(own);
    } finally {
      process.umask(umask);
    }
    assert.equal(statSync(own).mode & 0o777, 0o700);
    for (const name of ['secrets.json', 'backend.json', 'folder.json', 'lock.1/owner.json'])
      assert.equal(statSync(path.join(own, name)).mode & 0o777, 0o600, name);
  });

  it('lose the rights that they had in a folder that was there', async function () {
    if (process.platform === 'win32') this.skip();
    const own = folder();
    await stopProcess((await start(own)).child);
    for (const file of everything(own)) chmodSync(file, 0o777);
    await start(own);
    const top = [own, ...readdirSync(own).map((name) => path.join(own, name))];
    assert.deepEqual(
      open(own).filter((file) => top.includes(file)),
      [],
    );
  });

  it('cannot have put a file there, nor own it, nor lead it elsewhere', async function () {
    if (!isRoot) this.skip();
    const planted = folder();
    writeFileSync(path.join(planted, 'secrets.json'), '{}');
    chownSync(path.join(planted, 'secrets.json'), nobody, nobody);
    const theirs = folder();
    chownSync(theirs, nobody, nobody);
    const led = path.join(folder(), 'link');
    symlinkSync(theirs, led);
    const swapped = folder();
    mkdirSync(path.join(theirs, 'postgres'));
    symlinkSync(path.join(theirs, 'postgres'), path.join(swapped, 'postgres'));
    spawnSync('chown', ['-h', `${nobody}`, path.join(swapped, 'postgres')]);
    for (const own of [planted, theirs, led, swapped]) {
      const { code, message } = await refusal(own);
      assert.equal(code, 14);
      assert.match(message, /belongs to another user \(65534\); choose a folder of your own/);
      assert.deepEqual(
        readdirSync(own).filter((name) => name.startsWith('lock')),
        [],
      );
    }
  });

  it('cannot guess the keys of a folder from those of another', async () => {
    const made = [folder(), folder()].map(async (own) => {
      await start(own);
      return JSON.parse(readFileSync(path.join(own, 'secrets.json'), 'utf8')) as Record<string, string> & {
        user: { password: string };
      };
    });
    const [one, other] = await Promise.all(made);
    assert.ok(one && other);
    const bits = (text = '', prefix: string, perCharacter: number) => {
      assert.ok(text.startsWith(prefix));
      return (text.length - prefix.length) * perCharacter;
    };
    assert.ok(bits(one.jwtSecret, '', 6) >= 384);
    assert.ok(bits(one.publishableKey, 'sb_publishable_', 6) >= 192);
    assert.ok(bits(one.secretKey, 'sb_secret_', 6) >= 256);
    assert.ok(one.user.password.replaceAll('-', '').length * Math.log2(31) >= 100);
    const values = [one, other].flatMap((secrets) => [
      ...[secrets.jwtSecret, secrets.publishableKey, secrets.secretKey, secrets.user.password],
    ]);
    assert.equal(new Set(values).size, 8);
  });
});
