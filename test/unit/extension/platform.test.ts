import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { contextKeys } from '../../../src/extension/ids.ts';
import { ContextKeys } from '../../../src/extension/platform/contextKeys.ts';
import { withFileLock } from '../../../src/extension/platform/fileLock.ts';
import { Holder } from '../../../src/extension/platform/holder.ts';
import { toDisposable } from '../../../src/shared/disposable.ts';

describe('the lock between windows', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'rg-lock-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('lets one task run at a time, makes its folder, and leaves no file', async () => {
    const file = path.join(folder, 'made', 'test.lock');
    let running = 0;
    let most = 0;
    const task = async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setTimeout(resolve, 5));
      running -= 1;
    };
    await Promise.all([1, 2, 3].map(() => withFileLock(file, task)));
    assert.deepEqual([most, running, existsSync(file)], [1, 0, false]);
  });

  it('is let go when the task fails', async () => {
    const file = path.join(folder, 'test.lock');
    await assert.rejects(
      withFileLock(file, async () => {
        throw new Error('task');
      }),
      /task/,
    );
    assert.equal(existsSync(file), false);
  });

  it('is taken from a window that died with it', async () => {
    const file = path.join(folder, 'test.lock');
    writeFileSync(file, '');
    const longAgo = Date.now() / 1000 - 60;
    utimesSync(file, longAgo, longAgo);
    assert.equal(await withFileLock(file, async () => 'mine'), 'mine');
  });

  it('is taken from one that hangs, also when the clock was set back since', async () => {
    const file = path.join(folder, 'test.lock');
    for (const seconds of [-60, 3_600]) {
      writeFileSync(file, `${process.pid} a process that is`);
      const made = Date.now() / 1000 + seconds;
      utimesSync(file, made, made);
      assert.equal(await withFileLock(file, async () => 'mine'), 'mine');
    }
  });

  it('is taken by one window at a time from one that died with it', async () => {
    const file = path.join(folder, 'test.lock');
    writeFileSync(file, `${2 ** 31 - 2} a process that is not`);
    let running = 0;
    const task = async () => {
      assert.equal(running, 0);
      running += 1;
      await new Promise((resolve) => setTimeout(resolve, 5));
      running -= 1;
    };
    await Promise.all([1, 2, 3, 4, 5].map(() => withFileLock(file, task)));
    assert.equal(existsSync(file), false);
  });
});

describe('context keys', () => {
  it('are written only when they change', () => {
    const written: unknown[] = [];
    const keys = new ContextKeys((key, value) => written.push([key, value]));
    for (const value of [false, false, true, true, false]) keys.set(contextKeys.signedIn, value);
    assert.deepEqual(
      written,
      [false, true, false].map((value) => [contextKeys.signedIn, value]),
    );
  });
});

describe('a holder', () => {
  it('holds once and lets go once', () => {
    let holds = 0;
    const holder = new Holder(() => {
      holds += 1;
      return toDisposable(() => {
        holds -= 1;
      });
    });
    holder.set(true);
    holder.set(true);
    assert.equal(holds, 1);
    holder.set(false);
    holder.dispose();
    assert.equal(holds, 0);
  });
});
