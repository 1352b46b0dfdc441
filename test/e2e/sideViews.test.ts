import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { poll } from './poll.ts';
import { setScene } from './scene.ts';

const views = ['Usage', 'Training Runs', 'Models', 'Projects'] as const;
type View = (typeof views)[number];

describe('the side bar of Runglass', () => {
  const scene = setScene({ connected: false });

  before(async () => {
    await icon().click();
    for (const view of ['Models', 'Projects'] as const) await pane(view).locator('.pane-header').click();
  });

  const icon = (): Locator =>
    scene.window.workbench.page.locator('.activitybar [aria-label^="Runglass"]').first();
  const pane = (view: View): Locator =>
    scene.window.workbench.page.locator('.sidebar .pane').filter({
      has: scene.window.workbench.page.locator(`.pane-header[aria-label^="${view} Section"]`),
    });
  const row = (view: View, text: string): Locator =>
    pane(view).locator('.monaco-list-row').filter({ hasText: text });

  it('offers a backend where none is chosen, and is live with one click', async () => {
    await pane('Usage').getByText('Use Local Backend').waitFor();
    await pane('Training Runs').getByText('Choose a backend first').waitFor();
    await scene.window.screenshot('side-views-set-up');
    await pane('Usage').getByText('Use Local Backend').click();
    await pane('Training Runs').getByText('No training run yet').waitFor({ timeout: 60_000 });
    await pane('Usage').getByText('Nothing used yet').waitFor();
    await pane('Models').getByText('No model yet').waitFor();
    await pane('Projects').getByText('No project yet').waitFor();
  });

  it('shows rows as they come, and what changes in them', async () => {
    const { script } = scene.stack;
    const { data: project } = await script
      .from('projects')
      .insert({ name: 'Wonderland' })
      .select()
      .single()
      .throwOnError();
    const made = { name: 'hatter', status: 'running', project_id: project.id, step: 10, total_steps: 100 };
    const { data: run } = await script.from('training_runs').insert(made).select().single().throwOnError();
    for (const version of ['v1', 'v2'])
      await script
        .from('models')
        .insert({ name: 'alice', version, run_id: run.id, project_id: project.id })
        .throwOnError();
    const limits = { tokens: { limit: 1_000 } };
    await scene.stack.admin
      .from('subscriptions')
      .insert({ user_id: scene.stack.userId, plan: 'pro', status: 'active', limits })
      .throwOnError();
    await script.rpc('record_usage', { metric: 'tokens', amount: 850 }).throwOnError();
    await row('Projects', 'Wonderland').filter({ hasText: '1 run · 2 models' }).waitFor();
    await row('Training Runs', 'hatter').filter({ hasText: '10%' }).waitFor();
    await row('Models', 'alice').filter({ hasText: 'v2 · 2 versions' }).waitFor();
    await row('Usage', 'Tokens').filter({ hasText: '85% of 1,000' }).waitFor();
    await row('Usage', 'Plan: Pro').waitFor();
    await script.from('training_runs').update({ step: 60 }).eq('id', run.id).throwOnError();
    await row('Training Runs', 'hatter').filter({ hasText: '60%' }).waitFor();
  });

  it('says the same as status bar and dashboard at the same moment', async () => {
    await scene.window.status.filter({ hasText: '85%' }).waitFor();
    await scene.window.openDashboard();
    await scene.window.section('usage').getByText('85%').first().waitFor();
  });

  it('marks its icon with the runs that go on', async () => {
    await poll('the badge', async () =>
      /1 run is going/.test((await icon().getAttribute('aria-label')) ?? ''),
    );
  });

  it('opens a run in the dashboard, with the mouse and with the keyboard', async () => {
    await row('Training Runs', 'hatter').click();
    const sheet = scene.window.dashboard.locator('dialog[open]');
    await sheet.getByText('hatter').first().waitFor();
    await sheet.getByRole('button', { name: 'Close' }).click();
    await sheet.waitFor({ state: 'detached' });
    const menu = scene.window.workbench.page.locator('.monaco-menu');
    await row('Training Runs', 'hatter').click({ button: 'right' });
    await menu.waitFor();
    await scene.window.workbench.page.keyboard.press('Escape');
    await menu.waitFor({ state: 'hidden' });
    await scene.window.workbench.page.keyboard.press('Enter');
    await sheet.waitFor();
    await sheet.getByRole('button', { name: 'Close' }).click();
  });

  it('leads to a model and to a project', async () => {
    await row('Models', 'alice').click();
    await row('Models', 'v1').click();
    await scene.window.section('models').locator('[data-id]').filter({ hasText: 'v1' }).first().waitFor();
    await row('Projects', 'Wonderland').click();
    await scene.window.section('runs').getByText('Wonderland').first().waitFor();
    await scene.window.screenshot('side-views');
  });

  it('asks a run to stop, which its script reads', async () => {
    await row('Training Runs', 'hatter').hover();
    await row('Training Runs', 'hatter').locator('.action-label[aria-label^="Ask Run to Stop"]').click();
    await scene.window.workbench.page.locator('.monaco-dialog-box').getByText('Ask It to Stop').click();
    await row('Training Runs', 'hatter').filter({ hasText: 'asked to stop' }).waitFor();
    const { data } = await scene.stack.script
      .from('training_runs')
      .select('cancel_requested_at')
      .single()
      .throwOnError();
    assert.ok(data?.cancel_requested_at);
  });

  it('offers what runs go on for in the palette only while one does', async () => {
    const { script } = scene.stack;
    const { workbench } = scene.window;
    const isOffered = () => workbench.offers('Runglass: Ask Run to Stop');
    await poll('the command', isOffered);
    await script.from('training_runs').update({ status: 'cancelled' }).eq('name', 'hatter').throwOnError();
    await poll('no command', async () => !(await isOffered()));
  });

  it('has a command for what the dashboard does to all runs', async () => {
    const { workbench, dashboard } = scene.window;
    const { page } = workbench;
    const names = [...Array.from({ length: 9 }, (_, n) => `guest ${n}`), 'dormouse', 'march hare'];
    const made = names.map((name) => ({ name, status: 'completed', metrics: { loss: 1 } }));
    await scene.stack.script.from('training_runs').insert(made).throwOnError();
    // The list draws what is in sight: of runs that began at once, any five.
    await row('Training Runs', 'guest').first().waitFor();
    await dashboard.locator('[data-project-chip]').waitFor();
    await workbench.command('Runglass: Show All Projects');
    await dashboard.locator('[data-project-chip]').waitFor({ state: 'detached' });
    await workbench.commandAndPick('Runglass: Compare Runs', 'dormouse');
    await page.getByText('1 Selected').waitFor();
    await workbench.quickInput.press('Enter');
    // One cannot be compared, nor can all twelve.
    await workbench.quickPick('march hare').click();
    await page.getByRole('checkbox', { name: 'Toggle all checkboxes' }).click();
    await page.getByText('2 Selected').waitFor();
    await scene.window.screenshot('compare-runs-pick');
    await workbench.quickInput.press('Enter');
    const sheet = dashboard.locator('dialog[open]').filter({ hasText: 'Compare runs' });
    await sheet.filter({ hasText: 'dormouse' }).filter({ hasText: 'march hare' }).waitFor();
    await scene.window.section('runs').getByText('Compare (2)').waitFor({ state: 'attached' });
    // The cursor is in the search although a sheet lay over it, which takes the focus back to where it was.
    await workbench.command('Runglass: Find Runs');
    const search = dashboard.locator('[data-search=runs]:focus');
    await search.waitFor();
    await page.keyboard.type('dorm');
    const runs = scene.window.section('runs');
    await runs.locator('[data-id]').filter({ hasText: 'march hare' }).waitFor({ state: 'detached' });
    const exported = async (command: string, files: string): Promise<string> => {
      await workbench.command(command);
      await workbench.acceptSaveDialog();
      const content = () =>
        globSync(files, { cwd: scene.window.folder })
          .map((file) => readFileSync(path.join(scene.window.folder, file), 'utf8'))
          .join('');
      await poll('the file', async () => content() !== '');
      return content();
    };
    const csv = await exported('Runglass: Export Runs as CSV', 'runglass-runs-*.csv');
    assert.match(csv, /dormouse/);
    assert.doesNotMatch(csv, /march hare/);
    assert.match(await exported('Runglass: Export Usage as CSV', 'runglass-usage-*.csv'), /,850/);
  });

  it('says that nobody is signed in, and how to', async () => {
    await scene.window.workbench.command('Runglass: Sign Out');
    for (const view of views)
      await pane(view)
        .getByText(/sign(ed)? (in|out)/i)
        .first()
        .waitFor();
  });
});
