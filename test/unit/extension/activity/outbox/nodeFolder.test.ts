import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { capacity } from '../../../../../src/extension/activity/outbox/journal.ts';
import { NodeFolder } from '../../../../../src/extension/activity/outbox/nodeFolder.ts';
import { createNodeStore } from '../../../../../src/extension/activity/outbox/nodeStore.ts';
import { WindowPresence } from '../../../../../src/extension/activity/outbox/presence.ts';
import { recover } from '../../../../../src/extension/activity/outbox/records.ts';
import { systemClock } from '../../../../../src/extension/platform/clock.ts';
import { LineLog } from '../../support/doubles.ts';
import { account, event } from '../support.ts';

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

    it('is had on disk itself, with the folders made for it, where the file system can do that', async () => {
      const probe = await open(parent);
      const handles = Object.getPrototypeOf(probe) as FileHandle;
      await probe.close();
      const { sync } = handles;
      let synced = 0;
      let refusal: string | null = null;
      handles.sync = async function (this: FileHandle) {
        if ((await this.stat()).isDirectory()) {
          synced += 1;
          if (refusal) throw Object.assign(new Error(refusal), { code: refusal });
        }
        await sync.call(this);
      };
      try {
        const folder = new NodeFolder(path.join(folderPath, 'deep'));
        await folder.replace('a', 'x');
        assert.equal(synced, process.platform === 'win32' ? 0 : 3, 'deep, activity and their parent');
        if (process.platform === 'win32') return;
        refusal = 'EINVAL';
        await folder.replace('a', 'y');
        refusal = 'EIO';
        await assert.rejects(folder.replace('a', 'z'), { code: 'EIO' });
      } finally {
        handles.sync = sync;
      }
    });

    it('that cannot be is told, keeps events in memory, and all is well when it can be', async () => {
      writeFileSync(folderPath, 'a file is in its place');
      const log = new LineLog();
      const random = () => 0.5;
      const store = createNodeStore({
        ...{ folder: folderPath, window: 'w1', clock: systemClock, random, log, onChange: () => {} },
      });
      const box = store.open(account);
      for (let i = 0; i < capacity + 5; i += 1) box.add(event(`e${i}`));
      assert.equal(await box.save(), false);
      assert.deepEqual([box.trouble?.kind, box.pending, box.dropped], ['storage', capacity, 5]);
      assert.match(log.lines.join('\n'), /cannot be written to disk: .*storage folder writable/);
      rmSync(folderPath);
      assert.equal(await box.save(), true);
      assert.equal(box.trouble, null);
      const [file = ''] = readdirSync(folderPath).filter((name) => name.endsWith('.jsonl'));
      assert.equal(recover(readFileSync(path.join(folderPath, file), 'utf8')).events.length, capacity);
      await box.close();
      await store.close();
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
    const openWindow = (window: string) => new WindowPresence(folderPath, new NodeFolder(folderPath), window);
    const file = (window: string) => path.join(folderPath, `${window}.window`);
    const edit = (window: string, change: object) => {
      const presence = JSON.parse(readFileSync(file(window), 'utf8'));
      writeFileSync(file(window), JSON.stringify({ ...presence, ...change }));
    };

    it('are alive from when they say so until they leave', async () => {
      const [here, there] = [openWindow('here'), openWindow('there')];
      assert.equal(await there.isAlive('here'), false);
      await here.announce();
      await here.announce();
      assert.equal(await there.isAlive('here'), true);
      await here.leave();
      assert.equal(await there.isAlive('here'), false);
      assert.deepEqual(readdirSync(folderPath), []);
    });

    it('are dead when their process is, when another has their pid or port, and when the file is damaged', async () => {
      const [first, second] = [openWindow('first'), openWindow('second')];
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
      const [first, second] = [openWindow('first'), openWindow('second')];
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
