import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ownNetwork } from '../../scripts/vscodeHost/ownNetwork.ts';
import { openVscode, type RunglassWindow, type VscodeHost } from '../support/workbench.ts';
import { answerMessage, copySnippet, findMessage } from './snippet.ts';

const sections = ['usage', 'plan', 'runs', 'models', 'projects', 'activity'];

/** Where VS Code and all that it starts have no network, if this machine lets us take it from them. */
describe('the first start, nothing chosen yet', () => {
  let host: VscodeHost;
  let window: RunglassWindow;

  before(async function () {
    this.timeout(120_000);
    // The server's name for its machine would be that of a network card.
    host = await openVscode({}, [/Unable to retrieve mac address/], { offline: true });
    window = await host.open();
  });

  after(async function () {
    this.timeout(120_000);
    await host?.dispose();
  });

  /** The box of a step of the walkthrough that is open. */
  const step = (id: string, done: boolean) =>
    window.workbench.page.locator(`[data-done-step-id$="#${id}"][aria-checked="${done}"]`).first();
  const openWalkthrough = async () => {
    await window.workbench.command('Runglass: Get Started');
    await window.workbench.page.locator('[data-done-step-id$="#backend"]').first().waitFor();
  };

  it('offers a walkthrough of which nothing is done', async () => {
    await window.status.waitFor({ timeout: 60_000 });
    await openWalkthrough();
    for (const id of ['backend', 'dashboard', 'logRun', 'glance', 'privacy']) await step(id, false).waitFor();
    await window.screenshot('walkthrough');
  });

  it('shows all six sections, each with what will appear there and the way to it', async () => {
    await window.openDashboard();
    await window.connection('signedOut').waitFor();
    for (const section of sections) {
      const placeholder = window.section(section).locator('[data-empty]').first();
      await placeholder.waitFor();
      assert.notEqual((await placeholder.textContent())?.trim(), '', section);
      assert.equal(await placeholder.locator('[data-command="useEmbedded"]').count(), 1, section);
    }
    await window.section('usage').locator('[data-chart="usage"]').waitFor();
    await window.screenshot('first-run');
  });

  it('leads a script without a backend to one', async () => {
    await window.workbench.command('Runglass: Log a Run from Your Script…');
    const message = await findMessage(window, 'choose a backend first');
    await message.getByRole('button', { name: 'Select Backend…' }).waitFor();
    await window.screenshot('snippet-no-backend');
    await answerMessage(message, null);
  });

  it('is live on the local backend after one click, with no account', async () => {
    await window.dashboard.locator('[data-command="useEmbedded"]').first().click();
    await window.connection('live').waitFor({ timeout: 60_000 });
  });

  it('had no network for that', function () {
    if (!ownNetwork()) this.skip();
    const [file = ''] = globSync('**/globalStorage/*/backend/backend.json', { cwd: host.profile.root });
    const { pid } = JSON.parse(readFileSync(path.join(host.profile.root, file), 'utf8'));
    const [, , ...devices] = readFileSync(`/proc/${pid}/net/dev`, 'utf8').trimEnd().split('\n');
    assert.deepEqual(
      devices.map((line) => line.split(':')[0]?.trim()),
      ['lo'],
    );
  });

  it('reports the opened window to the local backend', async () => {
    await window.section('activity').filter({ hasText: 'Window opened' }).waitFor();
  });

  it('keeps the choice over a reload', async () => {
    await window.workbench.reload();
    await window.connection('live').waitFor({ timeout: 60_000 });
    for (const section of ['usage', 'runs', 'models'])
      await window.section(section).locator('[data-empty="empty"] [data-command="logRun"]').waitFor();
    await window.screenshot('empty');
  });

  it('shows the run of a script that was copied and pasted as it is, in the dashboard and the side view', async () => {
    const { page } = window.workbench;
    await window.dashboard.locator('[data-section="runs"] [data-command="logRun"]').click();
    await window.workbench.quickPick('Python').waitFor();
    await window.workbench.quickInput.press('Escape');
    await copySnippet(window, 'curl');
    const message = await findMessage(window, 'is on the clipboard');
    await window.screenshot('snippet-copied');
    await answerMessage(message, 'Set Variables in Terminals');
    await window.workbench.command('Terminal: Create New Terminal');
    await page.locator('.terminal-wrapper.active .xterm-screen').waitFor();
    await window.workbench.command('Terminal: Paste into Active Terminal');
    await page.keyboard.press('Enter');
    const run = window.section('runs').locator('[data-id]', { hasText: 'my first run' });
    await run.filter({ hasText: 'Completed' }).waitFor();
    await window.workbench.command('View: Show Runglass');
    await page.locator('.pane', { hasText: 'Training Runs' }).getByText('my first run').first().waitFor();
    await window.screenshot('first-run-logged');
  });

  it('has done the steps of the walkthrough that it was about', async () => {
    await openWalkthrough();
    for (const id of ['backend', 'dashboard', 'logRun']) await step(id, true).waitFor();
    await step('glance', false).locator('xpath=ancestor::button').first().click();
    await window.workbench.page.getByRole('button', { name: 'Show Usage View' }).click();
    await step('glance', true).waitFor();
    await step('privacy', false).waitFor();
    await window.screenshot('walkthrough-done');
  });

  it('offers variables of terminals once, and the language of before first', async () => {
    const { page, quickInput } = window.workbench;
    await window.workbench.command('Runglass: Log a Run from Your Script…');
    await quickInput.waitFor();
    const first = page.locator('.quick-input-list .monaco-list-row').first();
    await first.filter({ hasText: 'curl' }).click();
    const message = await findMessage(window, 'is on the clipboard');
    await message.getByRole('button', { name: 'Open in Editor' }).waitFor();
    assert.equal(await message.getByRole('button', { name: 'Set Variables in Terminals' }).count(), 0);
    await answerMessage(message, null);
  });
});
