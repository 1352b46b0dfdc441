import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import path from 'node:path';
import { packExtension } from '../../scripts/package/pack.ts';
import { installExtension } from '../../scripts/vscodeHost/server.ts';
import { temporaryFolder } from '../support/backend.ts';
import { openVscode, type RunglassWindow, type VscodeHost } from '../support/workbench.ts';
import { poll } from './poll.ts';
import { copySnippet, runSnippet } from './snippet.ts';
import { TimedSteps } from './timedSteps.ts';

/** The way of somebody who has just heard of Runglass, on a VS Code that has nothing but the package. */
describe('a newcomer with the package', () => {
  const steps = new TimedSteps();
  let vsix: string;
  let host: VscodeHost;
  let window: RunglassWindow;

  before(async function () {
    this.timeout(180_000);
    vsix = path.join(temporaryFolder(), 'runglass.vsix');
    steps.time('packed', () => packExtension(vsix));
    host = await openVscode({}, [], {
      installed: true,
      prepare: (profile) => steps.time('installed', () => installExtension(profile, vsix)),
    });
  });
  after(async function () {
    this.timeout(120_000);
    await host?.dispose();
  });

  it('opens the dashboard of an extension that came from nowhere else', async () => {
    window = await steps.time('window', () => host.open());
    await steps.time('dashboard', () => window.openDashboard());
    await window.connection('signedOut').waitFor();
    const [installed = '', ...others] = globSync('runglass.runglass-*', { cwd: host.profile.extensions });
    assert.deepEqual(others, []);
    const script = window.dashboard.locator('script[src*="dist/webview/dashboard.js"]');
    assert.ok((await script.getAttribute('src'))?.includes(`/${installed}/dist/webview/`));
  }).timeout(120_000);

  it('is live after one click', async () => {
    await steps.time('live', async () => {
      await window.dashboard.locator('[data-command="useEmbedded"]').first().click();
      await window.connection('live').waitFor({ timeout: 60_000 });
    });
  }).timeout(90_000);

  it('sees the run of a script that was copied and pasted as it is', async () => {
    await steps.time('run seen', async () => {
      await runSnippet(await copySnippet(window, 'curl'));
      await window.section('runs').locator('[data-id]').filter({ hasText: 'my first run' }).waitFor();
    });
    await window.screenshot('newcomer');
    await window.workbench.command('Notifications: Clear All Notifications');
    console.log(`      newcomer: ${steps.told()}`);
  });

  it('finds the picture of the extension in the list of those installed', async () => {
    await window.workbench.command('Extensions: Show Installed Extensions');
    const icon = window.workbench.page
      .locator('.extension-list-item')
      .filter({ hasText: 'Runglass' })
      .locator('img.icon[src*="icon.png"]');
    await poll('the picture is there', () =>
      icon.evaluate((image: HTMLImageElement) => image.naturalWidth === 256),
    );
  });

  it('speaks German where VS Code does', async () => {
    const german = await openVscode({}, [], {
      installed: true,
      language: 'de',
      prepare: (profile) => installExtension(profile, vsix),
    });
    try {
      const { workbench, status, dashboard } = await german.open();
      await status.waitFor({ timeout: 60_000 });
      await workbench.command('Runglass: Dashboard öffnen');
      await dashboard.locator('[data-section=runs] h2').filter({ hasText: 'Trainingsläufe' }).waitFor();
    } finally {
      await german.dispose();
    }
  }).timeout(120_000);
});
