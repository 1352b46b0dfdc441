import assert from 'node:assert/strict';
import { openVscode, type RunglassWindow, type VscodeHost } from '../support/workbench.ts';

const sections = ['usage', 'plan', 'runs', 'models', 'projects', 'activity'];

describe('the first start, nothing chosen yet', () => {
  let host: VscodeHost;
  let window: RunglassWindow;

  before(async function () {
    this.timeout(120_000);
    host = await openVscode();
    window = await host.open();
  });

  after(async function () {
    this.timeout(60_000);
    await host?.dispose();
  });

  it('shows all six sections, each with what will appear there', async () => {
    await window.openDashboard();
    await window.connection('signedOut').waitFor();
    for (const section of sections) {
      const placeholder = window.section(section).locator('[data-empty]').first();
      await placeholder.waitFor();
      assert.notEqual((await placeholder.textContent())?.trim(), '', section);
    }
    await window.section('usage').locator('[data-chart="usage"]').waitFor();
    await window.screenshot('first-run');
  });

  it('is live on the local backend after one click, with no account', async () => {
    await window.dashboard.locator('[data-command="useEmbedded"]').first().click();
    await window.connection('live').waitFor({ timeout: 60_000 });
  });

  it('reports the opened window to the local backend', async () => {
    await window.section('activity').filter({ hasText: 'Window opened' }).waitFor();
  });

  it('keeps the choice over a reload', async () => {
    await window.workbench.reload();
    await window.connection('live').waitFor({ timeout: 60_000 });
    await window.screenshot('empty');
  });
});
