import assert from 'node:assert/strict';
import { poll } from './poll.ts';
import { setScene } from './scene.ts';

/** Themes that VS Code brings, by the name of the picture; `kind` is what VS Code calls them in a webview. */
const themes = [
  { name: 'light', theme: 'Light Modern', kind: 'vscode-light' },
  { name: 'dark', theme: 'Dark Modern', kind: 'vscode-dark' },
  { name: 'high-contrast-light', theme: 'Light High Contrast', kind: 'vscode-high-contrast-light' },
  { name: 'high-contrast', theme: 'Dark High Contrast', kind: 'vscode-high-contrast' },
];

describe('the full dashboard, in pictures', () => {
  const scene = setScene({ seed: true });

  /** Opens the sync details, with all that they can show, takes pictures of them and closes them again. */
  async function pictureDetails(name: string): Promise<void> {
    await scene.window.dashboard.locator('[data-connection]').click();
    const sheet = scene.window.dashboard.locator('dialog[open]');
    await sheet
      .locator('[data-tile="refetch"]')
      .filter({ hasText: /kB|MB|bytes/ })
      .waitFor();
    await scene.window.screenshot(`${name}-details`);
    if ((await sheet.locator('[data-check]').count()) === 0) {
      await sheet.locator('[data-command="runDoctor"]').click();
      await sheet
        .locator('.doctor-summary')
        .filter({ hasText: /passed/ })
        .waitFor({ timeout: 60_000 });
    }
    await sheet.locator('[data-check]').last().scrollIntoViewIfNeeded();
    await scene.window.screenshot(`${name}-doctor`);
    const { scrollWidth, clientWidth } = await sheet.evaluate(({ scrollWidth, clientWidth }) => ({
      scrollWidth,
      clientWidth,
    }));
    assert.ok(scrollWidth <= clientWidth, `${scrollWidth} px of content in ${clientWidth} px`);
    await sheet.locator('[aria-label="Close"]').click();
  }

  it('agrees with the status bar on the share that is used', async () => {
    const status = scene.window.status.filter({ hasText: /\d+%/ });
    const share = /\d+%/.exec((await status.textContent()) ?? '')?.[0];
    assert.ok(share, 'the status bar shows a share');
    await scene.window.section('usage').locator('[data-metric]').filter({ hasText: share }).first().waitFor();
  });

  for (const { name, theme, kind } of themes) {
    it(`takes the colours of ${theme}`, async function () {
      this.timeout(120_000);
      const { workbench } = scene.window;
      await workbench.command('Preferences: Color Theme');
      await workbench.quickInput.fill(theme);
      await workbench.quickPick(theme).click();
      await scene.window.dashboard.locator(`body[data-vscode-theme-kind="${kind}"]`).waitFor();
      await scene.window.screenshot(name);
      await pictureDetails(name);
    });
  }

  it('fits a panel 400 px wide without scrolling sideways', async () => {
    await scene.window.workbench.command('View: Close Primary Side Bar');
    await scene.window.workbench.page.setViewportSize({ width: 460, height: 800 });
    const widths = () =>
      scene.window.dashboard
        .locator('html')
        .evaluate(({ scrollWidth, clientWidth }) => ({ scrollWidth, clientWidth }));
    await poll('the panel is narrow', async () => (await widths()).clientWidth <= 410);
    const { scrollWidth, clientWidth } = await widths();
    await scene.window.screenshot('narrow');
    assert.ok(scrollWidth <= clientWidth, `${scrollWidth} px of content in ${clientWidth} px`);
    await pictureDetails('narrow');
  });
});
