import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { AuthClient } from '../../src/extension/sync.ts';
import { startBackend, type TestBackend, type TestUser, temporaryFolder } from '../support/backend.ts';
import { type DiskState, namespaceOptions, OwnDisk } from './ownDisk.ts';

const capacity = 10_000;
const namespace = namespaceOptions();

/** Without the right to mount there is no disk of our own to fill; then the specs are listed as skipped. */
function describeMounted(title: string, suite: (this: Mocha.Suite) => void): void {
  if (namespace) describe(title, suite);
  else describe.skip(`${title} (mounting is not allowed here)`, suite);
}

describeMounted('a window on a disk that takes nothing', function () {
  this.timeout(180_000);
  let backend: TestBackend;
  let user: TestUser;
  let folder: string;
  let disk: OwnDisk;

  before(async () => {
    backend = await startBackend();
  });
  beforeEach(async () => {
    user = await backend.newUser();
    const session = await new AuthClient(backend).signInWithPassword(user.email, user.password);
    folder = temporaryFolder();
    const account = { url: backend.url, publishableKey: backend.publishableKey, session };
    disk = new OwnDisk(namespace ?? [], '16m', { folder, account });
  });
  afterEach(async () => {
    await disk.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  after(() => backend?.stop());

  const becomes = async (what: string, fits: (state: DiskState) => boolean): Promise<DiskState> => {
    for (const end = Date.now() + 90_000; ; ) {
      const state = await disk.tell('look');
      if (fits(state)) return state;
      if (Date.now() > end) throw new Error(`${what}: ${JSON.stringify(state)}`);
      await sleep(200);
    }
  };
  const complaints = ({ warnings }: DiskState) =>
    warnings.filter((line) => line.includes('cannot be written to disk'));

  it('keeps the newest 10,000 of 100,000 while it is full, says so once, and has them on disk when there is room', async () => {
    assert.equal((await disk.tell('log', 50)).saved, true);
    assert.equal((await disk.tell('fill')).onDisk.count, 50);
    const held = await disk.tell('log', capacity);
    assert.equal(held.saved, false);
    const full = await disk.tell('log', 90_000);
    assert.equal(full.saved, false);
    assert.equal(full.pending, capacity);
    assert.equal(full.dropped, full.logged - capacity);
    const grown = (full.heap - held.heap) / 1e6;
    assert.ok(grown < 10, `the heap grew by ${grown.toFixed(1)} MB`);
    assert.equal(complaints(full).length, 1);
    assert.match(complaints(full)[0] ?? '', /ENOSPC.*Make room on the disk/);
    assert.ok(full.trouble);

    await disk.tell('make room');
    const well = await becomes('saved again', ({ onDisk }) => onDisk.count === capacity);
    assert.equal(well.onDisk.first, full.logged - capacity);
    assert.equal(well.trouble, null);
    assert.ok(well.infos.some((line) => line.includes('written to disk again')));
  });

  it('sends from memory while the folder is read-only, and writes again when it may', async () => {
    assert.equal((await disk.tell('log', 10)).saved, true);
    await disk.tell('read-only');
    const refused = await disk.tell('log', 500);
    assert.equal(refused.saved, false);
    assert.equal(refused.onDisk.count, 10);
    assert.match(complaints(refused)[0] ?? '', /EROFS.*writable/);
    await disk.tell('send');
    const sent = await becomes('all sent', ({ pending }) => pending === 0);
    assert.equal(complaints(sent).length, 1);
    const { count } = await backend.admin
      .from('ide_sync_events')
      .select('*', { count: 'exact', head: true })
      .eq('user_id', user.id)
      .throwOnError();
    assert.equal(count, 510);

    await disk.tell('writable');
    const well = await becomes('written again', ({ saved }) => saved);
    assert.equal(well.onDisk.count, 0, 'what was sent is noted as done');
  });
});
