import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { NodeFolder } from '../../../../src/extension/activity/journalFile.ts';
import { WindowPresence } from '../../../../src/extension/activity/presence.ts';

describe('on a real disk', () => {
  let parent: string;
  let folderPath: string;
  beforeEach(() => {
    parent = mkdtempSync(path.join(os.tmpdir(), 'rg-journal-'));
    folderPath = path.join(parent, 'activity');
  });
  afterEach(() => rmSync(parent, { recursive: true }));

  describe('the folder of journals', () => {
    it('is made with the first file; nobody else may read them', async () => {
      const folder = new NodeFolder(folderPath);
      assert.deepEqual([await folder.list(), await folder.read('a')], [[], null]);
      await folder.replace('a', 'one\n');
      assert.equal(await folder.append('a', 'two\n'), true);
      assert.equal(await folder.read('a'), 'one\ntwo\n');
      await folder.replace('a', 'ä');
      assert.equal(await folder.read('a'), 'ä');
      assert.deepEqual(readdirSync(folderPath), ['a'], 'no temporary file is left');
      if (process.platform === 'win32') return;
      assert.deepEqual(
        [folderPath, path.join(folderPath, 'a')].map((file) => statSync(file).mode & 0o777),
        [0o700, 0o600],
      );
    });

    it('says of a file that is gone that it is, and makes none', async () => {
      const folder = new NodeFolder(folderPath);
      assert.equal(await folder.append('a', 'x'), false);
      assert.equal(await folder.rename('a', 'b'), false);
      await folder.remove('a');
      await folder.replace('a', 'x');
      const renamed = await Promise.all(['b', 'c', 'd'].map((name) => folder.rename('a', name)));
      assert.deepEqual(renamed.sort(), [false, false, true], 'one of several takes it');
      assert.equal((await folder.list()).length, 1);
    });

    it('that cannot be is an error each time', async () => {
      writeFileSync(folderPath, 'a file is in its place');
      const folder = new NodeFolder(folderPath);
      await assert.rejects(folder.replace('a', 'x'));
      await assert.rejects(folder.list());
      assert.equal(readFileSync(folderPath, 'utf8'), 'a file is in its place');
    });
  });

  describe('windows', () => {
    const open = (window: string) => new WindowPresence(folderPath, new NodeFolder(folderPath), window);
    const file = (window: string) => path.join(folderPath, `${window}.window`);
    const edit = (window: string, change: object) => {
      const presence = JSON.parse(readFileSync(file(window), 'utf8'));
      writeFileSync(file(window), JSON.stringify({ ...presence, ...change }));
    };

    it('are alive from when they say so until they leave', async () => {
      const [here, there] = [open('here'), open('there')];
      assert.equal(await there.isAlive('here'), false);
      await here.announce();
      await here.announce();
      assert.equal(await there.isAlive('here'), true);
      await here.leave();
      assert.equal(await there.isAlive('here'), false);
      assert.deepEqual(readdirSync(folderPath), []);
    });

    it('are dead when their process is, when another has their pid or port, and when the file is damaged', async () => {
      const [first, second] = [open('first'), open('second')];
      await first.announce();
      await second.announce();
      const port = JSON.parse(readFileSync(file('second'), 'utf8')).port;
      const gone = 2 ** 22 + 1;
      for (const change of [{ pid: gone }, { port }, { nonce: 'another' }, { port: 9 }, { pid: 'x' }]) {
        const before = readFileSync(file('first'));
        edit('first', change);
        assert.equal(await second.isAlive('first'), false, JSON.stringify(change));
        writeFileSync(file('first'), before);
      }
      assert.equal(await second.isAlive('first'), true);
      await first.leave();
      await second.leave();
    });

    it('of another machine count as alive for a day after they last said so', async () => {
      const [first, second] = [open('first'), open('second')];
      await first.announce();
      edit('first', { host: 'another', pid: 2 ** 22 + 1 });
      assert.equal(await second.isAlive('first'), true);
      const twoDaysAgo = Date.now() / 1000 - 2 * 24 * 3600;
      utimesSync(file('first'), twoDaysAgo, twoDaysAgo);
      assert.equal(await second.isAlive('first'), false);
      await first.announce();
      assert.equal(await second.isAlive('first'), true, 'it has said so again');
      await first.leave();
    });
  });
});
