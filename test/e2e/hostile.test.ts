import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { hostileTexts } from '../fixtures/hostile.ts';
import { poll } from './poll.ts';
import { setScene } from './scene.ts';
import { seeMessage } from './snippet.ts';

/** Postgres has no NUL in a text, and JSON no half of a pair of surrogates. */
const texts = Object.values(hostileTexts).map((text) => Buffer.from(text.replaceAll('\0', '')).toString());
const evil = texts.join(' ');
/** Once: the first picture of an account holds 1.9 MB of rows. */
const megabyte = 'x'.repeat(1_000_000);
/** Seen at the head of each name, however much of it there is room for. */
const head = '<x-evil onclick="evil()">[link](command:workbench.action.quit) $(zap)';

describe('hostile texts in the workbench', () => {
  const scene = setScene({
    settings: { 'runglass.notifications.enabled': true, 'runglass.statusBar.display': 'text' },
    prepare: async ({ admin, script, userId }) => {
      const { data: projects } = await script
        .from('projects')
        .insert(
          [evil, ...texts].map((name) => ({
            name: `${head} ${name}`,
            description: `${head} ${name}`,
          })),
        )
        .select('id')
        .throwOnError();
      const project_id = projects[0]?.id ?? '';
      const run = (name: string, more: object) => ({
        name: `${head} ${name}`,
        error: name,
        project_id,
        ...more,
      });
      await script
        .from('training_runs')
        .insert([
          run(evil, { status: 'running', metrics: { [head]: 1 } }),
          run(megabyte, { status: 'failed', error: 'short' }),
          ...texts.map((text) => run(text, { status: 'failed', metrics: { [text]: text, loss: 1 } })),
        ])
        .throwOnError();
      const model = (text: string, n: number) => ({
        name: `${head} ${text}`,
        version: `${n} ${text}`,
        base_model: text,
        description: text,
        tags: [text],
        project_id,
      });
      await script
        .from('models')
        .insert([evil, ...texts].map(model))
        .throwOnError();
      const plan = {
        user_id: userId,
        plan: `${head} ${evil}`,
        status: 'active',
        upgrade_url: `https://evil.example/${evil}`,
        limits: { [head.slice(0, 100)]: { limit: 1, unit: evil, hard: true } },
      };
      await admin.from('subscriptions').insert(plan).throwOnError();
      await script.rpc('record_usage', { metric: head.slice(0, 100), amount: 1 }).throwOnError();
      const event = (text: string) => ({
        event_type: text.slice(0, 100),
        editor: text,
        payload: { [text]: text },
      });
      await script.from('ide_sync_events').insert(texts.map(event)).throwOnError();
      // Those above are of one moment, in any order, and the page begins with a part of them.
      await script.from('ide_sync_events').insert(event(head)).throwOnError();
    },
  });

  const page = () => scene.window.workbench.page;
  /** Nothing that a text asked for is there, in the workbench or on our page. */
  const assertInert = async (): Promise<void> => {
    assert.equal(await page().locator('x-evil, .monaco-dialog-box').count(), 0);
    assert.equal(
      await page()
        .locator('a[href*="evil"], a[data-href*="evil"], a[data-href*="quit"], img[src*="evil"]')
        .count(),
      0,
    );
    const { dashboard } = scene.window;
    assert.equal(await dashboard.locator('x-evil, img, iframe, a').count(), 0);
    assert.equal(await dashboard.locator('[data-empty=error]').count(), 0);
    assert.deepEqual(scene.window.workbench.misdeeds, { pageErrors: [], foreignRequests: [] });
  };
  const hovers = (): Locator => page().locator('.monaco-hover:visible');
  const hover = (): Locator =>
    hovers()
      .filter({ hasText: /<x-evil/i })
      .first();
  /** No tooltip of what the mouse was over before may be taken for that of what it is over next. */
  const leaveHover = async (): Promise<void> => {
    // Beside the tabs, where no tooltip reaches, which would stay below the mouse.
    await page().mouse.move(900, 52);
    await hover().waitFor({ state: 'hidden' });
  };

  /** Shows the tooltip of an element, again where it was drawn anew meanwhile: that ends what was about to be shown. */
  const showHover = (of: Locator): Promise<void> =>
    poll('the tooltip', async () => {
      await of.hover();
      const shown = await hover()
        .waitFor({ timeout: 5_000 })
        .then(
          () => true,
          () => false,
        );
      if (!shown) await leaveHover();
      return shown;
    });

  it('are text on the page', async () => {
    for (const section of ['usage', 'plan', 'runs', 'models', 'projects', 'activity'])
      await scene.window
        .section(section)
        .filter({ hasText: /<x-evil onclick/i })
        .waitFor();
    await scene.window.screenshot('hostile-page');
    await scene.window.section('runs').locator('[data-id]').first().click();
    await scene.window.dashboard.locator('dialog[open]').getByText('<x-evil').first().waitFor();
    await scene.window.screenshot('hostile-sheet');
    await scene.window.dashboard.locator('dialog[open]').getByRole('button', { name: 'Close' }).click();
    await assertInert();
  });

  it('are text in the status bar and its tooltip', async () => {
    const { status } = scene.window;
    await status.filter({ hasText: 'X-evil' }).waitFor();
    assert.equal(await status.locator('.codicon').count(), 1, 'the icon is ours');
    await showHover(status);
    const links = await hover()
      .locator('a')
      .evaluateAll((all) => all.map((a) => a.getAttribute('data-href') ?? ''));
    assert.ok(links.length > 0);
    for (const link of links) assert.match(link, /^command:runglass\.\w+(\?|$)/);
    await scene.window.screenshot('hostile-status-bar');
    await leaveHover();
    await assertInert();
  });

  it('are text in the side bar and its tooltips', async () => {
    await page().locator('.activitybar [aria-label^="Runglass"]').first().click();
    const pane = (view: string): Locator =>
      page()
        .locator('.sidebar .pane')
        .filter({ has: page().locator(`.pane-header[aria-label^="${view} Section"]`) });
    for (const view of ['Models', 'Projects']) await pane(view).locator('.pane-header').click();
    for (const view of ['Usage', 'Training Runs', 'Models', 'Projects']) {
      const row = pane(view)
        .locator('.monaco-list-row')
        .filter({ hasText: /x-evil/i })
        .first();
      await row.waitFor();
      assert.equal(await row.locator('.label-name .codicon').count(), 0, 'no icon in a label');
      await showHover(row);
      assert.equal(await hovers().locator('a').count(), 0);
      if (view === 'Projects') await scene.window.screenshot('hostile-side-bar');
      await leaveHover();
    }
    await assertInert();
  });

  it('are text in lists', async () => {
    for (const command of [
      'Runglass: Open Run…',
      'Runglass: Open Model…',
      'Runglass: Show Project in Dashboard…',
    ]) {
      await scene.window.workbench.command(command);
      const row = scene.window.workbench.quickPick('<x-evil onclick');
      await row.waitFor();
      assert.equal(await row.locator('.codicon-zap').count(), 0);
      await scene.window.workbench.quickInput.press('Escape');
      await scene.window.workbench.quickInput.waitFor({ state: 'hidden' });
    }
    await assertInert();
  });

  it('are text in notifications', async () => {
    await scene.window.closeDashboard();
    const name = `${head} ended ${evil}`;
    const { data } = await scene.stack.script
      .from('training_runs')
      .insert({ name, status: 'running' })
      .select('id')
      .single()
      .throwOnError();
    await page().locator('.sidebar .monaco-list-row').filter({ hasText: 'ended' }).first().waitFor();
    await scene.stack.script
      .from('training_runs')
      .update({ status: 'failed', error: evil })
      .eq('id', data.id)
      .throwOnError();
    const told = await seeMessage(scene.window, 'The run "<x-evil');
    assert.equal(await told.locator('.notification-list-item-message a').count(), 0);
    await scene.window.screenshot('hostile-notification');
    await told.getByRole('button', { name: /^Clear Notification/ }).click();
    await told.waitFor({ state: 'detached' });
    assert.equal(await page().locator('x-evil, .monaco-dialog-box').count(), 0);
    assert.deepEqual(scene.window.workbench.misdeeds, { pageErrors: [], foreignRequests: [] });
  });
});
