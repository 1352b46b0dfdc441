import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { packExtension } from '../package/pack.ts';
import { startBackend } from '../start/backend.ts';
import { createProfile, type Profile } from '../vscodeHost/profile.ts';
import { installExtension, startServer } from '../vscodeHost/server.ts';
import { newContext, Workbench } from '../vscodeHost/workbench.ts';

const patience = { timeout: 60_000 };

/**
 * Saves a picture of a real workbench to `file`: the extension installed from its package, side bar and dashboard open,
 * live on an embedded backend with the sample data. dist/ has to be built for production.
 */
export async function pictureWorkbench(browser: Browser, file: string): Promise<void> {
  const ground = createProfile();
  const dataFolder = path.join(ground.root, 'backend');
  mkdirSync(dataFolder, { mode: 0o700 });
  const backend = await startBackend(dataFolder);
  const profile = createProfile({
    'runglass.embedded.dataFolder': dataFolder,
    'runglass.notifications.enabled': false,
    'workbench.colorTheme': 'Dark Modern',
  });
  try {
    const vsix = path.join(ground.root, 'runglass.vsix');
    packExtension(vsix);
    installExtension(profile, vsix);
    await openAndPicture(browser, profile, file);
  } finally {
    await backend.stop();
    profile.remove();
    ground.remove();
  }
}

async function openAndPicture(browser: Browser, profile: Profile, file: string): Promise<void> {
  const folder = path.join(profile.workspace, 'assistant');
  mkdirSync(folder);
  const server = await startServer(profile, { installed: true });
  const context = await newContext(browser, server.origin);
  try {
    const workbench = await Workbench.open(context, server.url({ folder }));
    const { page, webview } = workbench;
    await page.setViewportSize({ width: 1520, height: 950 });
    await page.locator('.statusbar-item[id$="runglass.status"]').waitFor(patience);
    await page.locator('.activitybar [aria-label^="Runglass"]').first().click();
    for (const view of ['Models', 'Projects'])
      await page.locator(`.sidebar .pane-header[aria-label^="${view} Section"]`).click();
    await workbench.command('Runglass: Open Dashboard');
    await webview.locator('[data-command="useEmbedded"]').first().click(patience);
    await webview.locator('[data-connection="live"]').waitFor(patience);
    await webview.locator('[data-section=usage] canvas').first().waitFor(patience);
    await page.locator('.sidebar').getByText('assistant-7b-sft').first().waitFor(patience);
    await page.mouse.move(0, 0);
    await page.screenshot({ path: file, animations: 'disabled' });
  } finally {
    await context.close();
    await server.stop();
  }
}
