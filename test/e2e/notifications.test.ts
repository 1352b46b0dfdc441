import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import type { RunglassWindow } from '../support/workbench.ts';
import { poll } from './poll.ts';
import { setScene } from './scene.ts';
import { seeMessage } from './snippet.ts';

describe('notifications', () => {
  const scene = setScene({
    settings: { 'runglass.notifications.enabled': true, 'runglass.runs.stalledAfter': 1 },
    prepare: async ({ admin, userId }) => {
      const limits = { tokens: { limit: 1_000 } };
      const plan = { user_id: userId, plan: 'pro', status: 'active', limits };
      await admin.from('subscriptions').insert(plan).throwOnError();
    },
  });

  before(() => closeDashboard());

  const center = (of: RunglassWindow): Locator => of.workbench.page.locator('.notifications-center.visible');
  /** What the window has told and nobody has answered. */
  const told = (text: string | RegExp, of = scene.window): Locator =>
    center(of).locator('.notification-list-item').filter({ hasText: text });
  /** A window that nobody sees keeps what it tells behind the bell. */
  const openCenter = async (of = scene.window): Promise<void> => {
    if (!(await center(of).isVisible()))
      await of.workbench.page.locator('[id="status.notifications"]').click();
    await center(of).waitFor();
  };
  const press = async (text: string | RegExp, button: string): Promise<void> => {
    await seeMessage(scene.window, text);
    await told(text).click();
    await told(text).getByRole('button', { name: button }).click();
    await told(text).waitFor({ state: 'detached' });
  };
  const closeDashboard = () => scene.window.closeDashboard();

  /** Ids of new runs that go on, seen by the scene.window. */
  async function start(...names: readonly string[]): Promise<string[]> {
    const rows = names.map((name) => ({ name, status: 'running' }));
    const { data } = await scene.stack.script.from('training_runs').insert(rows).select('id').throwOnError();
    await poll('the runs in the window', async () => {
      const label = await scene.window.workbench.page
        .locator('.activitybar [aria-label^="Runglass"]')
        .first()
        .getAttribute('aria-label');
      return new RegExp(`(${await going()}) runs? (is|are) going`).test(label ?? '');
    });
    return data.map(({ id }) => id);
  }
  const going = async () => {
    const { count } = await scene.stack.script
      .from('training_runs')
      .select('id', { count: 'exact', head: true })
      .eq('status', 'running')
      .throwOnError();
    return count;
  };
  const end = (ids: readonly string[], patch: object) =>
    scene.stack.script.from('training_runs').update(patch).in('id', ids).throwOnError();

  it('tell that a run is done, and open it', async () => {
    await end(await start('hatter'), { status: 'completed' });
    await seeMessage(scene.window, 'The run "hatter" is done');
    await scene.window.screenshot('notification');
    await press('hatter', 'Open Run');
    await scene.window.dashboard.locator('dialog[open]').getByText('hatter').first().waitFor();
    await closeDashboard();
  });

  it('tell that a run failed and why, until that is muted', async () => {
    await end(await start('hare'), { status: 'failed', error: 'CUDA out of memory' });
    await press('The run "hare" failed: CUDA out of memory', 'Mute Failed Runs');
    const [quiet = '', loud = ''] = await start('quiet', 'loud');
    await end([quiet], { status: 'failed' });
    await end([loud], { status: 'completed' });
    await press('The run "loud" is done', 'Open Run');
    assert.equal(await told('quiet').count(), 0);
    await closeDashboard();
  });

  it('tell of many runs as one', async () => {
    await end(await start('a', 'b', 'c'), { status: 'completed' });
    await press('3 runs are done.', 'Open Dashboard');
    await closeDashboard();
  });

  it('tell that a running run has fallen silent', async () => {
    const [id = ''] = await start('dormouse');
    const heartbeat_at = new Date(Date.now() - 59_500).toISOString();
    await scene.stack.admin.from('training_runs').update({ heartbeat_at }).eq('id', id).throwOnError();
    await seeMessage(scene.window, 'The run "dormouse" has given no sign of life for', 90_000);
    await press('dormouse', 'Mute This Run');
    await end([id], { status: 'cancelled' });
  }).timeout(120_000);

  it('tell of a limit that is nearly used up, once for each share of it', async () => {
    const use = (amount: number) =>
      scene.stack.script.rpc('record_usage', { metric: 'tokens', amount }).throwOnError();
    await use(760);
    await press('Tokens: 76% of the limit is used (760 of 1,000)', 'Open Dashboard');
    await closeDashboard();
    await use(10);
    await scene.window.status.filter({ hasText: '77%' }).waitFor();
    await use(230);
    await press('Tokens: the limit is reached', 'Open Dashboard');
    assert.equal(await told('Tokens').count(), 0);
    await closeDashboard();
  });

  it('tell nothing while the dashboard is in front, nor later what was seen there', async () => {
    await scene.window.openDashboard();
    await scene.window.connection('live').waitFor();
    const ids = await start('seen');
    await end(ids, { status: 'completed' });
    await scene.window.section('runs').locator('[data-status="completed"]').first().waitFor();
    await closeDashboard();
    await end(await start('after'), { status: 'completed' });
    await press('The run "after" is done', 'Open Run');
    assert.equal(await told('seen').count(), 0);
    await closeDashboard();
  });

  it('tell in one of several windows, and not again after a reload', async () => {
    const second = await scene.host.open(scene.window);
    await second.status.filter({ hasText: '100%' }).waitFor({ timeout: 60_000 });
    for (const each of [scene.window, second]) await openCenter(each);
    await end(await start('once'), { status: 'completed' });
    const both = [scene.window, second];
    await poll('one of them tells', async () =>
      (await Promise.all(both.map((each) => told('once', each).count()))).some((count) => count > 0),
    );
    await end(await start('twice'), { status: 'completed' });
    await poll('one of them tells', async () =>
      (await Promise.all(both.map((each) => told('twice', each).count()))).some((count) => count > 0),
    );
    const counts = await Promise.all(both.map((each) => told(/once|twice/, each).count()));
    assert.equal(
      counts.reduce((sum, count) => sum + count),
      2,
      `${counts}`,
    );
    await second.workbench.page.close();
    await scene.window.workbench.reload();
    await scene.window.status.filter({ hasText: '100%' }).waitFor({ timeout: 60_000 });
    await end(await start('last'), { status: 'completed' });
    await seeMessage(scene.window, 'The run "last" is done');
    assert.equal(await told(/once|twice|Tokens/).count(), 0);
    await press('last', 'Open Run');
  }).timeout(180_000);
});
