import assert from 'node:assert/strict';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { makeClient } from '../support/backend.ts';
import { openVscode, type RunglassWindow, type VscodeHost } from '../support/workbench.ts';
import { poll } from './poll.ts';
import { done } from './stack.ts';

const promptMs = 20_000;

interface BackendFile {
  readonly pid: number;
  readonly url: string;
  readonly secretKey: string;
}

describe('the local backend of two windows', () => {
  let host: VscodeHost;
  let first: RunglassWindow;
  let second: RunglassWindow;

  before(async function () {
    this.timeout(180_000);
    host = await openVscode({}, [/was made by a newer version of Runglass/]);
    first = await host.open();
    await first.openEmbedded();
    // The event that the window was opened says whose rows these are.
    const stored = first
      .section('activity')
      .locator('[data-id]')
      .filter({ hasNot: first.dashboard.locator('[data-standing]') });
    await stored.first().waitFor();
  });

  after(async function () {
    this.timeout(120_000);
    await host?.dispose();
  });

  function backend(): BackendFile {
    const [file] = globSync('**/globalStorage/runglass.runglass/backend/backend.json', {
      cwd: host.profile.root,
    });
    assert.ok(file, 'the backend says where it is');
    return JSON.parse(readFileSync(path.join(host.profile.root, file), 'utf8'));
  }

  /** A project made by another client. */
  async function insert(name: string): Promise<void> {
    const { url, secretKey } = backend();
    const admin = makeClient(url, secretKey);
    const { data } = await admin.from('ide_sync_events').select('user_id').limit(1).single().throwOnError();
    await done(admin.from('projects').insert({ user_id: data.user_id, name }));
  }
  /** Waits until each of the windows has said that it is offline, and is live again. */
  async function killBackend(...windows: readonly RunglassWindow[]): Promise<void> {
    const connections = await Promise.all(windows.map((window) => window.watchConnection()));
    process.kill(backend().pid, 'SIGKILL');
    for (const said of connections)
      await poll('offline, with the age of the rows', async () =>
        (await said()).some((words) => /^offline: .*showing data from/.test(words)),
      );
    for (const window of windows) await window.connection('live').waitFor({ timeout: 60_000 });
  }

  const project = (window: RunglassWindow, name: string) =>
    window.section('projects').locator('[data-id]').filter({ hasText: name });

  it('killed, leaves its rows on screen and comes back by itself', async function () {
    this.timeout(120_000);
    await insert('before the end');
    const row = project(first, 'before the end');
    await row.waitFor({ timeout: promptMs });
    await row.evaluate((element) => element.setAttribute('data-marked', ''));
    const before = backend();
    await killBackend(first);
    assert.ok(await row.isVisible());
    assert.ok(await first.dashboard.locator('[data-marked]').isVisible(), 'the row was not even drawn anew');
    const { pid, url } = backend();
    assert.notEqual(pid, before.pid);
    assert.equal(url, before.url, 'what scripts know of it stays true');
    await insert('after the end');
    await project(first, 'after the end').waitFor({ timeout: promptMs });
  });

  it('is shared by a second window', async function () {
    this.timeout(120_000);
    const { pid } = backend();
    second = await host.open(first);
    await second.openDashboard();
    await second.connection('live').waitFor({ timeout: 60_000 });
    assert.equal(backend().pid, pid);
    await insert('for both');
    for (const window of [first, second]) await project(window, 'for both').waitFor({ timeout: promptMs });
  });

  it('killed, comes back in both of them', async function () {
    this.timeout(120_000);
    await killBackend(first, second);
    await insert('for both again');
    for (const window of [first, second])
      await project(window, 'for both again').waitFor({ timeout: promptMs });
  });

  it('goes on for one of them while the other signs out, and in again', async () => {
    const { pid } = backend();
    await second.workbench.command('Runglass: Sign Out');
    await second.connection('signedOut').waitFor();
    await insert('for the one that stayed');
    await project(first, 'for the one that stayed').waitFor({ timeout: promptMs });
    await second.workbench.command('Runglass: Sign In');
    await second.connection('live').waitFor({ timeout: 60_000 });
    await project(second, 'for the one that stayed').waitFor();
    assert.equal(backend().pid, pid);
  });

  it('whose data a newer version has changed, says that and starts when the folder is the old one', async function () {
    this.timeout(120_000);
    const [found] = globSync('**/globalStorage/runglass.runglass/backend/folder.json', {
      cwd: host.profile.root,
    });
    assert.ok(found);
    const file = path.join(host.profile.root, found);
    const stamp = readFileSync(file, 'utf8');
    writeFileSync(file, JSON.stringify({ ...JSON.parse(stamp), schema: '99990101000000' }));
    process.kill(backend().pid, 'SIGKILL');
    for (const window of [first, second])
      await window.dashboard.getByText('was made by a newer version of Runglass').first().waitFor();
    await first.workbench.page.screenshot({ path: 'out/e2e/dataFolderNewer.png' });
    writeFileSync(file, stamp);
    for (const window of [first, second]) {
      await window.dashboard.getByRole('button', { name: 'Try Again' }).first().click();
      await window.connection('live').waitFor({ timeout: 60_000 });
    }
  });

  it('stays when one of them is closed', async () => {
    await second.workbench.page.close();
    await insert('for one');
    await project(first, 'for one').waitFor({ timeout: promptMs });
  });
});
