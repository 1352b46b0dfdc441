import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { Locator } from 'playwright-core';
import { poll } from './poll.ts';
import { setScene } from './scene.ts';
import { done, type EmbeddedStack } from './stack.ts';

const runCount = 10_000;
const minute = 60_000;

describe('training runs, models and projects', () => {
  const scene = setScene({ prepare: addRows });
  const [speech, vision] = [randomUUID(), randomUUID()];
  const [live, other] = [randomUUID(), randomUUID()];

  /** Two runs that go on, with configurations, and thousands that have ended. */
  async function addRows(stack: EmbeddedStack): Promise<void> {
    const user = { user_id: stack.userId };
    const names = ['Speech', 'Vision'];
    await done(
      stack.admin.from('projects').insert([speech, vision].map((id, n) => ({ ...user, id, name: names[n] }))),
    );
    const at = (n: number) => new Date(Date.now() - n * minute).toISOString();
    const ended = Array.from({ length: runCount }, (_, n) => ({
      ...{
        ...user,
        name: `run ${n}`,
        status: n % 5 === 0 ? 'failed' : 'completed',
        step: 100,
        total_steps: 100,
      },
      ...{ project_id: n % 2 === 0 ? speech : null, metrics: { loss: 1 + (n % 97) / 100 } },
      ...{ created_at: at(n + 60), started_at: at(n + 60), finished_at: at(n + 30) },
    }));
    for (let n = 0; n < ended.length; n += 1_000)
      await done(stack.admin.from('training_runs').insert(ended.slice(n, n + 1_000)));
    const going = [live, other].map((id, n) => ({
      ...{ ...user, id, name: `live ${n}`, status: 'running', total_steps: 1_000 },
      ...{ project_id: speech, started_at: at(10), heartbeat_at: new Date().toISOString() },
    }));
    await done(stack.admin.from('training_runs').insert(going));
    const configs = going.map(({ id, user_id }, n) => ({
      ...{ user_id, run_id: id },
      config: { optimizer: { name: 'adam', lr: n === 0 ? 0.001 : 0.01 }, seed: 7 },
    }));
    await done(stack.admin.from('training_run_configs').insert(configs));
    await log(stack, live, 1, 40);
    await log(stack, other, 1, 30);
  }

  /** Steps `from` to `to` of a run, as a script logs them. */
  const log = ({ script }: EmbeddedStack, id: string, from: number, to: number) =>
    done(
      script.rpc('log_run', {
        run_id: id,
        points: Array.from({ length: to - from + 1 }, (_, n) => ({
          step: from + n,
          metrics: { loss: 2 / (from + n), accuracy: 1 - 1 / (from + n) },
        })),
      }),
    );

  const runs = () => scene.window.section('runs');
  const grid = () => runs().locator('[data-list="runs"]');
  const row = (id: string) => runs().locator(`[data-row][data-id="${id}"]`);
  const search = () => runs().locator('[data-search="runs"]');
  const sheet = () => scene.window.dashboard.locator('dialog[open]');
  const curve = (metric: string) => sheet().locator(`.curve[data-metric="${metric}"]`);

  async function closeSheet(): Promise<void> {
    await scene.window.workbench.page.keyboard.press('Escape');
    await sheet().waitFor({ state: 'detached' });
  }

  /** Waits until the list knows of so many runs. */
  const counted = (count: number) =>
    runs()
      .locator('.run-filter')
      .filter({ hasText: count.toLocaleString('en') })
      .waitFor();

  /** Clicks the words of a filter, as one does: its radio button lies below them. */
  const choose = (filter: string) =>
    runs()
      .locator('.run-filter label')
      .filter({ has: scene.window.dashboard.locator(`[value=${filter}]`) })
      .click();

  /** The row that has the focus of keys, once it is the one at `index`. */
  const activeAt = async (index: number): Promise<Locator> => {
    const active = runs().locator('[data-row].active');
    // The heading is the first row.
    await active.and(scene.window.dashboard.locator(`[aria-rowindex="${index + 2}"]`)).waitFor();
    return active;
  };

  const topOf = (element: Locator): Promise<number> =>
    element.evaluate((found) => found.getBoundingClientRect().top);

  it('draws a few rows of thousands, those that run first', async () => {
    await row(live).waitFor();
    const drawn = await runs().locator('[data-row]').count();
    assert.ok(drawn < 100, `${drawn} rows are drawn`);
    await scene.window.screenshot('runs');
  });

  it('finds the very oldest of them, which no snapshot has', async function () {
    this.timeout(120_000);
    await search().fill(`run ${runCount - 1}`);
    await runs()
      .locator('[data-row]')
      .filter({ hasText: `run ${runCount - 1}` })
      .waitFor({ timeout: 90_000 });
    await runs().locator('[data-beyond="end"]').waitFor({ timeout: 60_000 });
    await search().fill('');
    await counted(runCount + 2);
  });

  it('lets go of an old run that another client deletes, which the engine never held', async () => {
    await done(
      scene.stack.admin
        .from('training_runs')
        .delete()
        .eq('name', `run ${runCount - 1}`),
    );
    await counted(runCount + 1);
  });

  it('sorts, filters and groups them, and says so to everybody', async () => {
    await choose('failed');
    await runs().locator('[data-row]').first().filter({ hasText: 'Failed' }).waitFor();
    await choose('all');
    const name = runs().getByRole('columnheader', { name: /^Name/ });
    await name.getByRole('button').click();
    await runs().locator('[role="columnheader"][aria-sort="ascending"]').waitFor();
    await runs().locator('[data-row]').first().filter({ hasText: 'live 0' }).waitFor();
    for (let click = 0; click < 2; click++) await name.getByRole('button').click();
    await runs().locator('[role="columnheader"][aria-sort="ascending"]').waitFor({ state: 'detached' });
  });

  it('is walked with the keyboard, and does not move below who reads it', async () => {
    await grid().focus();
    await scene.window.workbench.page.keyboard.press('End');
    await runs().locator('[data-row]').last().filter({ hasText: 'run ' }).waitFor();
    await scene.window.workbench.page.keyboard.press('Home');
    for (let n = 0; n < 12; n++) await scene.window.workbench.page.keyboard.press('ArrowDown');
    const active = await activeAt(12);
    const id = await active.getAttribute('data-id');
    const before = await topOf(active);
    const fresh = { user_id: scene.stack.userId, name: 'fresh', status: 'queued' };
    await done(scene.stack.admin.from('training_runs').insert(fresh));
    await counted(runCount + 2);
    assert.equal(await active.getAttribute('data-id'), id);
    assert.ok(Math.abs((await topOf(active)) - before) <= 1, 'the row that has the focus moved');
    await scene.window.workbench.page.keyboard.press('Home');
  });

  it('has the focus of keys again, on the same row, when its panel was hidden', async () => {
    const { workbench } = scene.window;
    await grid().focus();
    for (const key of ['Home', 'ArrowDown', 'ArrowDown']) await workbench.page.keyboard.press(key);
    const active = await activeAt(2);
    const id = await active.getAttribute('data-id');
    await workbench.command('File: New Untitled Text File');
    await workbench.tab('Untitled-1').waitFor();
    await workbench.command('View: Close Editor');
    await poll('the list has the focus', () => grid().evaluate((list) => list === document.activeElement));
    assert.equal(await active.getAttribute('data-id'), id);
    await workbench.page.keyboard.press('ArrowUp');
    await poll('the key moves on', async () => (await active.getAttribute('data-id')) !== id);
    await workbench.page.keyboard.press('Home');
  });

  it('draws the curves of a run while steps arrive, without a hole', async () => {
    await row(live).click();
    await curve('loss').locator('canvas').waitFor();
    await curve('accuracy').waitFor();
    await curve('loss').getByLabel('Show as table').click();
    await curve('loss').locator('tbody tr').first().waitFor();
    await log(scene.stack, live, 41, 45);
    await log(scene.stack, live, 46, 60);
    // With its heading, the table has a row more than there are steps.
    await poll('all 60 steps are in the table', async () => {
      const table = curve('loss').locator('table');
      return (await table.getAttribute('aria-rowcount')) === '61';
    });
    await curve('loss').getByLabel('Show as chart').click();
    await sheet().locator('[data-detail="config"]').filter({ hasText: 'optimizer.lr' }).waitFor();
    await scene.window.screenshot('run-detail');
  });

  it('asks a run to stop, which its script reads', async () => {
    await sheet().getByRole('button', { name: 'Cancel run…' }).click();
    await sheet().getByRole('button', { name: 'Ask to stop' }).click();
    await sheet()
      .getByText(/Cancellation requested/)
      .waitFor();
    const { data } = await scene.stack.script.rpc('log_run', { run_id: live, points: [] });
    assert.equal((data as { cancel_requested: boolean }).cancel_requested, true);
    await closeSheet();
  });

  it('lays marked runs over each other, with what differs between them', async () => {
    for (const id of [live, other]) await row(id).locator('input[type=checkbox]').check();
    await runs().locator('[data-compare]').click();
    await curve('loss').locator('canvas').waitFor();
    const differs = sheet().locator('tr[data-key="optimizer.lr"]');
    await differs.filter({ hasText: '0.001' }).filter({ hasText: '0.01' }).waitFor();
    assert.equal(await sheet().locator('tr[data-key="seed"]').count(), 0);
    await scene.window.screenshot('compare');
    await closeSheet();
  });

  it('groups versions of a model, and leads from each to its run and what it was made from', async () => {
    const user = { user_id: scene.stack.userId, name: 'asr', project_id: speech };
    const base = { ...user, version: '1', status: 'deployed' };
    const next = {
      ...user,
      version: '2',
      status: 'ready',
      base_model: 'asr 1',
      run_id: other,
      size_bytes: 9e6,
    };
    await done(scene.stack.admin.from('models').insert(base));
    await done(scene.stack.admin.from('models').insert(next));
    const models = scene.window.section('models');
    const group = models.locator('[data-model]').filter({ hasText: 'asr' });
    await group.filter({ hasText: '2 versions' }).waitFor();
    await group.locator('button[aria-expanded="false"]').first().click();
    const version = models.locator('.version').filter({ hasText: '2' }).first();
    await version.waitFor();
    if ((await version.locator('[data-run]').count()) === 0) await version.locator('button').first().click();
    await models.locator(`[data-run="${other}"]`).first().click();
    await sheet().filter({ hasText: 'live 1' }).waitFor();
    await sheet().locator('[data-detail="models"]').filter({ hasText: 'asr' }).waitFor();
    await closeSheet();
  });

  it('makes a project, renames it and archives it', async () => {
    const projects = scene.window.section('projects');
    await projects.locator('[data-new-project]').click();
    // Whoever types at once loses nothing, although the form is code that the page loads later.
    await scene.window.workbench.page.keyboard.type('Robots');
    await scene.window.workbench.page.keyboard.press('Enter');
    const line = projects.locator('[data-id]').filter({ hasText: 'Robots' });
    await line.waitFor();
    await line.locator('button[aria-expanded]').first().click();
    await line.locator('[data-edit]').click();
    await projects.locator('input[name=project-name]').fill('Robots 2');
    await scene.window.workbench.page.keyboard.press('Enter');
    const renamed = projects.locator('[data-id]').filter({ hasText: 'Robots 2' });
    await renamed.waitFor();
    await renamed.locator('[data-archive]').click();
    await poll('the database has it archived', async () => {
      const { data } = await scene.stack.admin
        .from('projects')
        .select('status')
        .eq('name', 'Robots 2')
        .single();
      return data?.status === 'archived';
    });
    await renamed.waitFor({ state: 'detached' });
  });

  it('shows one project in every section, and says so', async () => {
    await scene.window.dashboard.locator('[data-filter="project"]').selectOption(vision);
    await scene.window.dashboard.locator('[data-project-chip]').waitFor();
    await runs()
      .getByText(/No .*runs in Vision|No runs/)
      .first()
      .waitFor();
    await scene.window.section('models').filter({ hasText: 'Vision' }).waitFor();
    await row(live).waitFor({ state: 'detached' });
    await scene.window.screenshot('one-project');
  });

  it('keeps what was chosen when it is hidden and when the window is reloaded', async function () {
    this.timeout(120_000);
    await scene.window.dashboard.locator('[data-filter="project"]').selectOption(speech);
    await search().fill('live');
    await row(live).click();
    await sheet().waitFor();
    await scene.window.workbench.command('File: New Untitled Text File');
    await scene.window.workbench.tab('Untitled-1').waitFor();
    await scene.window.workbench.tab('Runglass').click();
    await sheet().filter({ hasText: 'live 0' }).waitFor();
    await scene.window.workbench.reload();
    await scene.window.connection('live').waitFor({ timeout: 60_000 });
    await sheet().filter({ hasText: 'live 0' }).waitFor();
    await closeSheet();
    assert.equal(await search().inputValue(), 'live');
    assert.equal(await scene.window.dashboard.locator('[data-filter="project"]').inputValue(), speech);
    await runs().locator('[data-compare]').filter({ hasText: '2' }).waitFor();
  });
});
