import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { temporaryFolder } from '../support/backend.ts';
import { BackendDisk } from './backendDisk.ts';
import { namespaceOptions } from './ownDisk.ts';

const namespace = namespaceOptions();
const reason = namespace ? '' : ' (mounting is not allowed here)';

/** More than a data folder takes, with a log of PostgreSQL that has grown once. */
const size = '128m';

(namespace ? describe : describe.skip)(
  `the local backend on a disk that takes nothing${reason}`,
  function () {
    this.timeout(240_000);
    let folder: string;
    let disk: BackendDisk;

    beforeEach(async () => {
      folder = temporaryFolder();
      disk = await BackendDisk.mount(namespace ?? [], size, folder);
    });
    afterEach(async () => {
      await disk.stop();
      rmSync(folder, { recursive: true, force: true });
    });

    it('does not start, says why, leaves nothing half made, and starts when there is room', async () => {
      await disk.tell('fill');
      const full = await disk.tell('start');
      assert.equal(full.reason, 'diskFull', JSON.stringify(full));
      await disk.tell('make room');
      await disk.tell('fill', 30 * 1024 * 1024);
      const tight = await disk.tell('start');
      assert.equal(tight.reason, 'diskFull', JSON.stringify(tight));
      assert.match(tight.detail ?? '', /has \d+ MB left, and the local backend needs 48; make room on it/);
      assert.deepEqual(
        tight.files.filter((name) => !/^lock\.\d+$/.test(name)),
        [],
      );
      await disk.tell('make room');
      const well = await disk.tell('start');
      assert.equal(well.reason, undefined, JSON.stringify(well));
      assert.ok((await disk.tell('read')).rows);
    });

    it('refuses what there is no room for, keeps what it acknowledged, and takes more when there is room', async () => {
      await disk.tell('start');
      await disk.tell('fill', 400_000);
      const refused = await disk.tell('insert');
      assert.ok(refused.acknowledged && refused.acknowledged > 10, JSON.stringify(refused));
      assert.match(refused.refusal ?? '', /"code":"53100".*No space left on device/);
      assert.equal((await disk.tell('read')).rows?.count, refused.acknowledged, 'reading goes on');
      await disk.tell('kill');
      assert.equal((await disk.tell('start')).reason, 'diskFull');
      await disk.tell('make room');
      assert.equal((await disk.tell('start')).reason, undefined);
      assert.equal((await disk.tell('read')).rows?.count, refused.acknowledged);
      assert.equal((await disk.tell('insert')).acknowledged, 300);
    });

    it('ends when its log cannot grow, loses nothing, and comes back when there is room', async () => {
      await disk.tell('start');
      await disk.tell('fill', 50_000);
      const { acknowledged: inserted } = await disk.tell('insert');
      await disk.tell('make room');
      await disk.tell('fill', 1_000_000);
      const gone = await disk.tell('update');
      assert.ok(gone.failure, `the connection is cut: ${JSON.stringify(gone)}`);
      const full = await disk.tell('start');
      assert.equal(full.reason, 'diskFull', JSON.stringify(full));
      assert.ok(!full.files.includes('backend.json'));
      await disk.tell('make room');
      assert.equal((await disk.tell('start')).reason, undefined);
      const { rows } = await disk.tell('read');
      assert.equal(rows?.count, inserted);
      // The last one may have been written down without an answer, as always when a connection is cut.
      const last = Number(rows?.description.split(' ')[0]) + 1;
      assert.ok(
        last === gone.acknowledged || last === (gone.acknowledged ?? 0) + 1,
        `${last}, ${gone.acknowledged}`,
      );
    });

    it('does not start where the folder is read-only, and says that', async () => {
      await disk.tell('start');
      await disk.tell('kill');
      await disk.tell('read-only');
      const refused = await disk.tell('start');
      assert.equal(refused.reason, 'dataFolderUnusable', JSON.stringify(refused));
      await disk.tell('writable');
      assert.equal((await disk.tell('start')).reason, undefined);
    });
  },
);
