import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { setScene } from './scene.ts';
import { done } from './stack.ts';

/** The sheet is told of a change within this, ms. */
const promptMs = 20_000;

describe('the sync details', () => {
  const scene = setScene({ seed: true });

  const sheet = (): Locator => scene.window.dashboard.locator('dialog[open]');
  const events = (table: string): Locator => sheet().locator(`[data-table="${table}"] [data-events]`);
  const counted = (table: string, count: number): Locator =>
    sheet().locator(`[data-table="${table}"] [data-events="${count}"]`);
  const count = async (table: string): Promise<number> =>
    Number(await events(table).getAttribute('data-events'));
  const insert = (name: string) =>
    done(scene.stack.admin.from('projects').insert({ user_id: scene.stack.userId, name }));

  it('open with a click on the words of the connection and say how sync stands', async () => {
    await scene.window.connection('live').click();
    const standing = sheet().locator('[data-details="standing"]');
    await standing.filter({ hasText: /^Live/ }).waitFor();
    await standing.filter({ hasText: /ms from commit to here/ }).waitFor();
    await standing.filter({ hasText: scene.stack.user.email }).waitFor();
  });

  it('count the changes that another client makes, while they are open', async () => {
    const before = await count('projects');
    await insert('counted');
    await counted('projects', before + 1).waitFor({ timeout: promptMs });
  });

  it('have measured the sections once, and measure again when asked', async () => {
    const refetch = sheet().locator('[data-tile="refetch"] .tile-amount');
    await refetch.filter({ hasText: /B$|bytes$/ }).waitFor({ timeout: promptMs });
    const projects = sheet().locator('[data-table="projects"]');
    const before = await projects.textContent();
    await insert('makes the section of projects larger');
    const button = sheet().locator('[data-command="measureRefetch"]');
    await projects.filter({ hasNotText: before ?? '' }).waitFor({ timeout: promptMs });
    await button.click();
    await button.filter({ hasText: 'Measure Again' }).waitFor({ timeout: promptMs });
    await sheet()
      .locator('[data-ratio]')
      .filter({ hasText: /Refetching|refetching/ })
      .waitFor();
  });

  it('close with Escape and give the focus back', async () => {
    await scene.window.workbench.page.keyboard.press('Escape');
    await sheet().waitFor({ state: 'hidden' });
    await scene.window.dashboard.locator('[data-connection]:focus').waitFor();
  });

  it('open with the keyboard alone', async () => {
    await scene.window.dashboard.locator('[data-connection]:focus').waitFor();
    await scene.window.workbench.page.keyboard.press('Enter');
    await sheet().waitFor();
    await scene.window.workbench.page.keyboard.press('Escape');
    await sheet().waitFor({ state: 'hidden' });
  });

  it('open by command, also when the dashboard is closed', async () => {
    await scene.window.workbench.command('View: Close Editor');
    await scene.window.workbench.tab('Runglass').waitFor({ state: 'hidden' });
    await scene.window.workbench.command('Runglass: Show Sync Details');
    await sheet().waitFor();
    await events('projects').waitFor();
  });

  it('stay open and go on counting when the dashboard was hidden', async () => {
    await scene.window.workbench.command('File: New Untitled Text File');
    await scene.window.workbench.tab('Untitled-1').waitFor();
    await scene.window.workbench.tab('Runglass').click();
    await sheet().waitFor();
    await events('projects').waitFor();
    const before = await count('projects');
    await insert('counted after hiding');
    await counted('projects', before + 1).waitFor({ timeout: promptMs });
  });

  it('examine the embedded backend: every check is ok', async function () {
    this.timeout(120_000);
    await sheet().locator('[data-command="runDoctor"]').click();
    const summary = sheet().locator('.doctor-summary');
    await summary.filter({ hasText: /checks passed|problem|warning/ }).waitFor({ timeout: 90_000 });
    assert.match((await summary.textContent()) ?? '', /^All \d+ checks passed\.$/);
  });

  it('copy the report and say so', async () => {
    const copy = sheet().locator('[data-command="copyDoctorReport"]');
    await copy.click();
    await copy.filter({ hasText: 'Copied' }).waitFor();
    const { page } = scene.window.workbench;
    const text = await page.evaluate(() => navigator.clipboard.readText());
    assert.match(text, /Delivery/i);
    assert.ok(
      !text.includes(scene.stack.publishableKey) && !text.includes(scene.stack.secretKey),
      'no secrets in it',
    );
  });

  it('survive a reload of the window', async () => {
    await scene.window.workbench.reload();
    await sheet().waitFor({ timeout: 60_000 });
    await events('projects').waitFor({ timeout: 60_000 });
    await scene.window.workbench.page.keyboard.press('Escape');
  });
});
