import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ReplicaFile } from '../../../src/extension/platform/replicaFile.ts';

describe('the file of the saved rows', () => {
  let parent: string;
  let folder: string;

  beforeEach(async () => {
    parent = await mkdtemp(path.join(tmpdir(), 'runglass-rows-'));
    folder = path.join(parent, 'rows');
  });

  afterEach(() => rm(parent, { recursive: true, force: true }));

  it('gives back what was saved last, by key', async () => {
    const file = new ReplicaFile(folder, 'backend anna');
    assert.equal(await file.load(), null);
    await Promise.all([file.save('one'), file.save('two')]);
    assert.equal(await file.load(), 'two');
    assert.equal(await new ReplicaFile(folder, 'backend anna').load(), 'two');
    assert.equal(await new ReplicaFile(folder, 'backend ben').load(), null);
  });

  it('is for this user of the machine only, and leaves nothing half written', async () => {
    const file = new ReplicaFile(folder, 'key');
    await file.save('text');
    const names = await readdir(folder);
    assert.equal(names.length, 1);
    assert.match(names[0] ?? '', /^[0-9a-f]{32}\.json$/);
    if (process.platform !== 'win32')
      assert.equal((await stat(path.join(folder, names[0] ?? ''))).mode & 0o777, 0o600);
  });

  it('is whole whoever writes: of two windows the last one wins', async () => {
    const windows = [new ReplicaFile(folder, 'key'), new ReplicaFile(folder, 'key')];
    const texts = ['a'.repeat(300_000), 'b'.repeat(200_000)];
    let reading = true;
    const seen = new Set<string>();
    const reader = (async () => {
      while (reading) {
        const text = await new ReplicaFile(folder, 'key').load();
        if (text !== null) seen.add(`${text[0]} ${text.length} ${text.at(-1)}`);
      }
    })();
    try {
      await Promise.all(
        windows.map(async (file, i) => {
          for (let n = 0; n < 10; n++) await file.save(texts[i] ?? '');
        }),
      );
    } finally {
      reading = false;
      await reader;
    }
    for (const text of seen) assert.ok(['a 300000 a', 'b 200000 b'].includes(text), text);
    assert.equal((await readdir(folder)).length, 1);
  });

  it('is gone once wiped, also for a save that was under way, and saves nothing any more', async () => {
    const file = new ReplicaFile(folder, 'key');
    await file.save('one');
    const saving = file.save('two');
    await file.wipe();
    await saving;
    await file.save('three');
    assert.equal(await file.load(), null);
    assert.deepEqual(await readdir(folder), []);
  });

  it('tidies what a killed process and accounts of long ago left behind', async () => {
    const file = new ReplicaFile(folder, 'key');
    await file.save('one');
    const [name = ''] = await readdir(folder);
    const old = async (other: string, days: number) => {
      await writeFile(path.join(folder, other), 'x');
      const at = Date.now() / 1_000 - days * 86_400;
      await utimes(path.join(folder, other), at, at);
    };
    await old('torn.json.tmp', 1);
    await old('forgotten.json', 31);
    await old('lately.json', 29);
    await new ReplicaFile(folder, 'key').save('two');
    assert.deepEqual((await readdir(folder)).sort(), [name, 'lately.json'].sort());
    assert.equal(await readFile(path.join(folder, name), 'utf8'), 'two');
  });

  it('rejects when the folder cannot be written', async () => {
    await writeFile(folder, 'a file in the way');
    await assert.rejects(new ReplicaFile(folder, 'key').save('text'));
  });
});
