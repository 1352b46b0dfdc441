import assert from 'node:assert/strict';
import { Refusal } from '../../../src/extension/dashboard/refusal.ts';
import { saveFile } from '../../../src/extension/dashboard/saveFile.ts';
import type { Disk } from '../../../src/extension/platform/disk.ts';
import { LineLog } from './support/doubles.ts';

type Place = Awaited<ReturnType<Disk['ask']>>;
const home = { path: '/home/me/private/runs.csv' } as Place;

class Setup {
  readonly log = new LineLog();
  readonly asked: string[] = [];
  readonly written: Uint8Array[] = [];
  target: Place = home;
  failure: Error | null = null;
  readonly disk: Disk = {
    ask: async (name, extension) => {
      this.asked.push(`${name} ${extension}`);
      return this.target;
    },
    write: async (target, bytes) => {
      assert.equal(target, home);
      if (this.failure) throw this.failure;
      this.written.push(bytes);
    },
  };

  save(name: string, content: string | ArrayBuffer) {
    return saveFile({ name, content }, { disk: this.disk, log: this.log });
  }
}

describe('saveFile', () => {
  let setup: Setup;
  beforeEach(() => {
    setup = new Setup();
  });

  it('writes text as UTF-8 and a picture as it is, where the user says', async () => {
    assert.deepEqual(await setup.save('runs.csv', 'Läufe\n'), { saved: true });
    assert.deepEqual(await setup.save('loss.1.png', new Uint8Array([137, 80]).buffer), { saved: true });
    assert.deepEqual(setup.asked, ['runs.csv csv', 'loss.1.png png']);
    assert.deepEqual(
      setup.written.map((bytes) => [...bytes]),
      [
        [76, 195, 164, 117, 102, 101, 10],
        [137, 80],
      ],
    );
  });

  it('writes nothing when the user cancels, which is no failure', async () => {
    setup.target = undefined;
    assert.deepEqual(await setup.save('runs.csv', 'a'), { saved: false });
    assert.deepEqual([setup.written, setup.log.lines], [[], []]);
  });

  it('says why a file could not be written, and keeps places and contents out of the log', async () => {
    setup.failure = new Error("EACCES: permission denied, open '/home/me/private/runs.csv'");
    await assert.rejects(
      setup.save('runs.csv', 'secret numbers'),
      (error: unknown) => error instanceof Refusal && /could not be saved: EACCES/.test(error.message),
    );
    setup.failure = null;
    await setup.save('runs.csv', 'secret numbers');
    assert.equal(setup.log.lines.length, 2);
    assert.doesNotMatch(setup.log.lines.join('\n'), /private|secret|runs\.csv/);
  });
});
