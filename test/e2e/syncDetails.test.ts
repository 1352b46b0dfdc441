import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { openVscode, type RunglassWindow, type VscodeHost } from '../support/workbench.ts';
import { done, type EmbeddedStack, startEmbedded } from './stack.ts';

/** The sheet is told of a change within this, ms. */
const promptMs = 10_000;

describe('the sync details', () => {
  let stack: EmbeddedStack;
  let host: VscodeHost;
  let window: RunglassWindow;

  before(async function () {
    this.timeout(180_000);
    stack = await startEmbedded({ seed: true });
    host = await openVscode({ 'runglass.embedded.dataFolder': stack.dataFolder });
    window = await host.open();
    await window.openEmbedded();
  });

  after(async function () {
    this.timeout(60_000);
    try {
      await host?.dispose();
    } finally {
      await stack?.dispose();
    }
  });

  const sheet = (): Locator => window.dashboard.locator('dialog[open]');
  const events = (table: string): Locator => sheet().locator(`[data-table="${table}"] [data-events]`);
  const counted = (table: string, count: number): Locator =>
    sheet().locator(`[data-table="${table}"] [data-events="${count}"]`);
  const count = async (table: string): Promise<number> =>
    Number(await events(table).getAttribute('data-events'));
  const insert = (name: string) => done(stack.admin.from('projects').insert({ user_id: stack.userId, name }));

  it('open with a click on the words of the connection and say how sync stands', async () => {
    await window.connection('live').click();
    const standing = sheet().locator('[data-details="standing"]');
    await standing.filter({ hasText: /^Live/ }).waitFor();
    await standing.filter({ hasText: /ms from commit to here/ }).waitFor();
    await standing.filter({ hasText: stack.user.email }).waitFor();
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
    await window.workbench.page.keyboard.press('Escape');
    await sheet().waitFor({ state: 'hidden' });
    await window.dashboard.locator('[data-connection]:focus').waitFor();
  });

  it('open with the keyboard alone', async () => {
    await window.dashboard.locator('[data-connection]:focus').waitFor();
    await window.workbench.page.keyboard.press('Enter');
    await sheet().waitFor();
    await window.workbench.page.keyboard.press('Escape');
    await sheet().waitFor({ state: 'hidden' });
  });

  it('open by command, also when the dashboard is closed', async () => {
    await window.workbench.command('View: Close Editor');
    await window.workbench.tab('Runglass').waitFor({ state: 'hidden' });
    await window.workbench.command('Runglass: Show Sync Details');
    await sheet().waitFor();
    await events('projects').waitFor();
  });

  it('stay open and go on counting when the dashboard was hidden', async () => {
    await window.workbench.command('File: New Untitled Text File');
    await window.workbench.tab('Untitled-1').waitFor();
    await window.workbench.tab('Runglass').click();
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
    const { page } = window.workbench;
    const text = await page.evaluate(() => navigator.clipboard.readText());
    assert.match(text, /Delivery/i);
    assert.ok(!text.includes(stack.publishableKey) && !text.includes(stack.secretKey), 'no secrets in it');
  });

  it('survive a reload of the window', async () => {
    await window.workbench.reload();
    await sheet().waitFor({ timeout: 60_000 });
    await events('projects').waitFor({ timeout: 60_000 });
    await window.workbench.page.keyboard.press('Escape');
  });
});
