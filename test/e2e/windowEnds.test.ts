import assert from 'node:assert/strict';
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { newContext, Workbench } from '../../scripts/vscodeHost/workbench.ts';
import { makeClient } from '../support/backend.ts';
import { openVscode, RunglassWindow, sharedBrowser, type VscodeHost } from '../support/workbench.ts';

/** What cannot happen in an extension host that runs tests: folders come and go, and the window ends. */
describe('activity of a window with several folders', () => {
  let host: VscodeHost;
  let window: RunglassWindow;
  let file: string;

  before(async function () {
    this.timeout(180_000);
    host = await openVscode({}, [/Unknown reconnection token \(seen before\)/]);
    for (const name of ['one', 'secret']) mkdirSync(path.join(host.profile.workspace, name));
    file = path.join(host.profile.workspace, 'some.code-workspace');
    write('one');
    const context = await newContext(await sharedBrowser(), host.server.origin);
    const url = host.server.url({ folder: file });
    window = new RunglassWindow(await Workbench.open(context, url), host.profile.workspace);
    await window.openEmbedded();
  });

  after(async function () {
    this.timeout(120_000);
    await window?.workbench.page.context().close();
    await host?.dispose();
  });

  const write = (...folders: readonly string[]) =>
    writeFileSync(file, JSON.stringify({ folders: folders.map((name) => ({ path: name })) }));
  const events = async (type: string) => {
    const [name = ''] = globSync('User/globalStorage/runglass.runglass/backend/backend.json', {
      cwd: host.profile.userData,
    });
    const { url, secretKey } = JSON.parse(readFileSync(path.join(host.profile.userData, name), 'utf8'));
    const query = makeClient(url, secretKey).from('ide_sync_events').select('*').eq('event_type', type);
    const { data } = await query.order('sync_seq').throwOnError();
    return (data ?? []) as { readonly payload: Record<string, unknown>; readonly session_id: string }[];
  };
  const first = async (type: string) => {
    const end = Date.now() + 90_000;
    for (;;) {
      const [event] = await events(type).catch(() => []);
      if (event) return event;
      assert.ok(Date.now() < end, `not within 90 s: ${type}`);
      await sleep(200);
    }
  };

  it('tells folders that are added and removed as numbers', async () => {
    await first('window.opened');
    write('one', 'secret');
    const opened = await first('workspace.opened');
    assert.deepEqual(opened.payload, { folders: 1 });
    write('one');
    const closed = await first('workspace.closed');
    assert.deepEqual(closed.payload, { folders: 1 });
    assert.doesNotMatch(JSON.stringify([opened, closed]), /secret/);
  }).timeout(180_000);

  it('tells its end, of which the next window sends what this one could not', async () => {
    const { session_id } = await first('window.opened');
    await window.workbench.reload();
    const closed = await first('window.closed');
    assert.equal(closed.session_id, session_id);
    assert.ok(Number(closed.payload.duration_ms) > 0);
    assert.equal((await events('window.closed')).length, 1);
  }).timeout(180_000);
});
