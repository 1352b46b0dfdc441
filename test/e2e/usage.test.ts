import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { poll } from './poll.ts';
import { setScene } from './scene.ts';
import { done } from './stack.ts';

const day = 86_400_000;

describe('usage and limits', () => {
  const scene = setScene();
  const project = randomUUID();
  const run = randomUUID();

  const usage = () => scene.window.section('usage');
  const gauge = (metric: string) => usage().locator(`.gauge[data-metric="${metric}"]`);
  const record = (amount: number, more: Readonly<Record<string, string>> = {}) =>
    scene.stack.script.rpc('record_usage', { metric: 'gpu_minutes', amount, ...more });

  it('says on an empty chart what will appear and how to log it', async () => {
    const chart = usage().locator('[data-chart="usage"]');
    await chart.locator('canvas').waitFor();
    await chart.locator('[data-empty="chart"]').filter({ hasText: 'record_usage' }).waitFor();
  });

  it('draws the first usage at once, stacked by the projects that rows carry', async () => {
    const now = Date.now();
    const plan = {
      ...{ user_id: scene.stack.userId, plan: 'Pro', status: 'active', price_cents: 4_900, currency: 'USD' },
      current_period_start: new Date(now - 10 * day).toISOString(),
      current_period_end: new Date(now + 20 * day).toISOString(),
      limits: { gpu_minutes: { limit: 100, unit: 'min', hard: true }, requests: { limit: null } },
      upgrade_url: 'https://runglass.test/upgrade',
    };
    await done(scene.stack.admin.from('subscriptions').insert(plan));
    await done(
      scene.stack.admin.from('projects').insert({ id: project, user_id: scene.stack.userId, name: 'Speech' }),
    );
    await done(
      scene.stack.admin
        .from('training_runs')
        .insert({ id: run, user_id: scene.stack.userId, name: 'epoch 1' }),
    );
    const yesterday = new Date(now - day).toISOString().slice(0, 10);
    const before = { user_id: scene.stack.userId, metric: 'gpu_minutes', day: yesterday, amount: 50 };
    await done(scene.stack.admin.from('usage_tracking').insert(before));
    await done(record(20, { project_id: project, run_id: run }));
    await gauge('gpu_minutes').and(scene.window.dashboard.locator('[data-used="70"]')).waitFor();
    await gauge('gpu_minutes').click();
    await usage().locator('[data-empty="chart"]').waitFor({ state: 'detached' });
    await usage().locator('[data-chart="usage"]').getByText('Speech').first().waitFor();
    assert.equal(await gauge('gpu_minutes').getAttribute('data-level'), 'fine');
    assert.equal(await gauge('requests').getAttribute('data-level'), 'unlimited');
  });

  it('tells at which rate the period will end', async () => {
    await gauge('gpu_minutes')
      .locator('[data-pace]')
      .filter({ hasText: /\d+\s?%/ })
      .waitFor();
  });

  it('shows the same numbers as a table and saves them as a file', async () => {
    const chart = usage().locator('[data-chart="usage"]');
    await chart.getByLabel('Show as table').click();
    await chart.locator('tbody tr').first().filter({ hasText: '20' }).waitFor();
    await chart.locator('[data-save="csv"]').click();
    await scene.window.workbench.acceptSaveDialog();
    await chart.locator('[data-save="csv"][data-state="saved"]').waitFor();
    const [file = ''] = globSync('*.csv', { cwd: scene.window.folder });
    assert.match(readFileSync(path.join(scene.window.folder, file), 'utf8'), /Speech[\s\S]*,20/);
    await chart.getByLabel('Show as chart').click();
    await chart.locator('canvas').waitFor();
  });

  it('warns in the gauge and in the status bar from 80% on', async () => {
    await done(record(15));
    await gauge('gpu_minutes').and(scene.window.dashboard.locator('[data-level="warning"]')).waitFor();
    await scene.window.status.filter({ hasText: '85%' }).waitFor();
    assert.match((await scene.window.status.getAttribute('class')) ?? '', /warning-kind/);
  });

  it('refuses over a hard limit and never grants more, whoever writes at the same time', async () => {
    const answers = await Promise.all(Array.from({ length: 12 }, () => record(3)));
    const refused = answers.filter(({ error }) => error !== null);
    assert.equal(answers.length - refused.length, 5);
    for (const { error } of refused) assert.equal(error?.code, 'RG001');
    await gauge('gpu_minutes').and(scene.window.dashboard.locator('[data-level="reached"]')).waitFor();
    assert.equal(await gauge('gpu_minutes').getAttribute('data-used'), '100');
  });

  it('says which limit, since when, until when and what can be done', async () => {
    const line = usage().locator('[data-limit="gpu_minutes"]');
    await line.filter({ hasText: /limit of 100 reached at .+ refused until/ }).waitFor();
    await line.getByRole('button', { name: 'Change Plan…' }).waitFor();
    await scene.window.status.filter({ hasText: '100%' }).waitFor();
    assert.match((await scene.window.status.getAttribute('class')) ?? '', /error-kind/);
    await scene.window.screenshot('limit-reached');
  });

  it('says so of a run that it stopped', async () => {
    await done(
      scene.stack.script.rpc('log_run', {
        run_id: run,
        patch: { status: 'stopped', stopped_by: 'gpu_minutes' },
      }),
    );
    const row = scene.window.section('runs').locator(`[data-id="${run}"]`);
    await row.filter({ hasText: /Stopped by the limit of 100 GPU minutes/ }).waitFor();
    await usage().locator('[data-limit="gpu_minutes"]').filter({ hasText: '1 run was stopped' }).waitFor();
    await row.click();
    const sheet = scene.window.dashboard.locator('dialog[open]');
    await sheet.getByText(/Stopped by the limit of 100 GPU minutes.*resets in/).waitFor();
    await sheet.locator('[data-detail="cost"]').filter({ hasText: '20' }).waitFor();
    await scene.window.screenshot('run-stopped');
    await scene.window.workbench.page.keyboard.press('Escape');
    await sheet.waitFor({ state: 'detached' });
  });

  it('says what a plan that is past due or on trial means', async () => {
    const plan = scene.window.section('plan');
    const update = (fields: Readonly<Record<string, unknown>>) =>
      done(scene.stack.admin.from('subscriptions').update(fields).eq('user_id', scene.stack.userId));
    await update({ status: 'past_due' });
    await plan.filter({ hasText: /past due/i }).waitFor();
    await update({ status: 'trialing', trial_end: new Date(Date.now() + 2 * day + 60_000).toISOString() });
    await plan.filter({ hasText: /trial ends/i }).waitFor();
    await update({ status: 'active', trial_end: null, cancel_at_period_end: true });
    await plan.filter({ hasText: /ends/i }).waitFor();
  });

  it('is fine again when the plan allows more', async () => {
    const limits = { gpu_minutes: { limit: 1_000, unit: 'min', hard: true } };
    await done(scene.stack.admin.from('subscriptions').update({ limits }).eq('user_id', scene.stack.userId));
    await gauge('gpu_minutes').and(scene.window.dashboard.locator('[data-level="fine"]')).waitFor();
    await done(record(3));
    await poll(
      'the limit lets usage through',
      async () => (await gauge('gpu_minutes').getAttribute('data-used')) === '103',
    );
  });
});
