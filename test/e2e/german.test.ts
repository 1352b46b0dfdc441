import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { setScene } from './scene.ts';
import { answerMessage, findMessage } from './snippet.ts';

describe('Runglass in German', () => {
  const scene = setScene({ connected: false, language: 'de' });

  const page = () => scene.window.workbench.page;
  const pane = (view: string): Locator =>
    page()
      .locator('.sidebar .pane')
      .filter({ has: page().locator(`.pane-header[aria-label^="${view} Section"]`) });
  const row = (view: string, text: string | RegExp): Locator =>
    pane(view).locator('.monaco-list-row').filter({ hasText: text });

  it('invites in the side bar', async () => {
    await page().locator('.activitybar [aria-label^="Runglass"]').first().click();
    for (const view of ['Modelle', 'Projekte']) await pane(view).locator('.pane-header').click();
    await pane('Trainingsläufe').getByText('Zuerst ein Backend auswählen').waitFor();
    await pane('Nutzung').getByText('Lokales Backend verwenden').waitFor();
  });

  it('takes the steps of the walkthrough', async () => {
    await scene.window.workbench.command('Runglass: Erste Schritte');
    await page().getByText('Wählen, wo die Daten liegen').first().waitFor();
    await scene.window.screenshot('german-walkthrough');
  });

  it('leads a script to the local backend with one click, copies it and opens it', async () => {
    const { window } = scene;
    await window.workbench.command('Runglass: Lauf aus eigenem Skript protokollieren…');
    const needed = await findMessage(window, 'Wählen Sie zuerst ein Backend aus');
    await window.screenshot('german-backend-first');
    await answerMessage(needed, 'Lokales Backend verwenden');
    await window.workbench.quickPick('JavaScript').click({ timeout: 60_000 });
    await pane('Trainingsläufe').getByText('Noch kein Trainingslauf').waitFor();
    const copied = await findMessage(window, 'ist in der Zwischenablage');
    await window.screenshot('german-script-copied');
    await answerMessage(copied, 'Im Editor öffnen');
    await page().locator('.view-line', { hasText: 'Logs a training run to Runglass' }).waitFor();
    await window.workbench.command('View: Revert and Close Editor');
  });

  it('counts in the rows of the side bar and in the tooltip of the status bar', async () => {
    const { script, admin, userId } = scene.stack;
    for (const version of ['v1', 'v2'])
      await script.from('models').insert({ name: 'alice', version }).throwOnError();
    for (const name of ['hatter', 'hare'])
      await script.from('training_runs').insert({ name, status: 'completed' }).throwOnError();
    const limits = { tokens: { limit: 10_000 } };
    await admin
      .from('subscriptions')
      .insert({ user_id: userId, plan: 'pro', status: 'active', limits })
      .throwOnError();
    await script.rpc('record_usage', { metric: 'tokens', amount: 8_500 }).throwOnError();
    await row('Nutzung', /85\s%/).filter({ hasText: '10.000' }).waitFor();
    await row('Modelle', 'alice').filter({ hasText: '2 Versionen' }).waitFor();
    await scene.window.status.hover();
    const tooltip = page().locator('.monaco-hover').filter({ hasText: 'Dashboard öffnen' });
    await tooltip.filter({ hasText: '8.500' }).waitFor();
    await scene.window.screenshot('german-side-bar');
  });

  it('describes its settings', async () => {
    await scene.window.workbench.command('Preferences: Open Settings (UI)');
    await page().locator('.settings-editor .monaco-editor').first().click();
    await page().keyboard.type('runglass.statusBar');
    await page()
      .locator('.settings-editor')
      .getByText('Was die Statusleiste von der Nutzung zeigt')
      .waitFor();
  });

  it('draws the dashboard', async () => {
    await scene.window.workbench.command('Runglass: Dashboard öffnen');
    const { dashboard } = scene.window;
    await dashboard.locator('[data-section=runs] h2').filter({ hasText: 'Trainingsläufe' }).waitFor();
    assert.equal(await dashboard.locator('html').getAttribute('lang'), 'de');
    await dashboard.locator('[data-section=models]').getByText('2 Versionen').waitFor();
    await dashboard.locator('[data-section=usage]').getByText('8.500').first().waitFor();
    await scene.window.screenshot('german-dashboard');
  });
});
