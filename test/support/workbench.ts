import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Browser, BrowserContext, FrameLocator, Locator } from 'playwright-core';
import { openBrowser } from '../../scripts/vscodeHost/browser.ts';
import { createProfile, type Profile } from '../../scripts/vscodeHost/profile.ts';
import { projectRoot } from '../../scripts/vscodeHost/project.ts';
import { type ServerOptions, startServer, type VscodeServer } from '../../scripts/vscodeHost/server.ts';
import { newContext, Workbench } from '../../scripts/vscodeHost/workbench.ts';
import { loggedErrors } from './vscodeLogs.ts';

/** A VS Code server on a throw-away profile, with windows in the one browser that all specs share. */
export interface VscodeHost {
  readonly server: VscodeServer;
  readonly profile: Profile;
  /**
   * A window on a folder of its own: of another user who has nothing of the others' secrets, or `beside` another
   * window, as the windows of one VS Code are. `place` is another folder or a file of a workspace, null for none.
   */
  open(beside?: RunglassWindow, place?: string | null): Promise<RunglassWindow>;
  /** Ends everything, then rejects if a window or a log of VS Code told of something that no spec may leave behind. */
  dispose(): Promise<void>;
}

let browser: Promise<Browser> | null = null;

after(async () => {
  await (await browser)?.close();
});

const openWindows = new Set<RunglassWindow>();

/** A failed spec leaves a picture of each window in out/e2e/failed. */
afterEach(async function () {
  if (this.currentTest?.state !== 'failed') return;
  const title = this.currentTest.fullTitle().replaceAll(/\W+/g, '-');
  for (const [index, window] of [...openWindows].entries())
    await window.screenshot(path.join('failed', `${title}-${index + 1}`));
});

/** The browser of this process, started when it is first asked for and closed after the last spec. */
export function sharedBrowser(): Promise<Browser> {
  browser ??= openBrowser();
  return browser;
}

export interface HostOptions extends ServerOptions {
  /** Runs on the new profile before VS Code starts. */
  readonly prepare?: (profile: Profile) => void;
}

const quiet = {
  // A spec leaves no notification behind, so those of ours are off unless it is about them.
  'runglass.notifications.enabled': false,
  // The palette stays when an editor or a view that was opened before takes the focus, as it does on a busy machine.
  'workbench.quickOpen.closeOnFocusLost': false,
  // A VS Code in a browser saves by itself after a second: once more than the spec does, if that takes longer.
  'files.autoSave': 'off',
};

/** Starts the server, with `settings` as its user's; lines of a log that match `expected` are no fault. */
export async function openVscode(
  settings: Readonly<Record<string, unknown>> = {},
  expected: readonly RegExp[] = [],
  options: HostOptions = {},
): Promise<VscodeHost> {
  const browser = await sharedBrowser();
  const profile = createProfile({ ...quiet, ...settings });
  options.prepare?.(profile);
  const server = await startServer(profile, options);
  const contexts = new Set<BrowserContext>();
  const windows: Workbench[] = [];
  return {
    server,
    profile,
    open: async (beside, place) => {
      const context = beside?.workbench.page.context() ?? (await newContext(browser, server.origin));
      contexts.add(context);
      const folder = place === undefined ? mkdtempSync(path.join(profile.workspace, 'w-')) : place;
      const workbench = await Workbench.open(context, server.url({ folder })).catch(async (error) => {
        // Mostly before the first spec, and then no picture is taken of any.
        const file = path.join(projectRoot, `out/e2e/failed/not-opened-${path.basename(profile.root)}.png`);
        await context
          .pages()
          .at(-1)
          ?.screenshot({ path: file })
          .catch(() => {});
        throw error;
      });
      const window = new RunglassWindow(workbench, folder ?? profile.workspace);
      windows.push(window.workbench);
      return window;
    },
    dispose: async () => {
      try {
        await assertNothingLeft(windows, profile.root, expected);
      } finally {
        for (const context of contexts) await context.close();
        await server.stop();
        profile.remove();
      }
    },
  };
}

/**
 * Asserts that the open ones of `windows` have no notification, that none of them had an error or asked another host
 * for anything, and that no log below `root` tells of an error.
 */
export async function assertNothingLeft(
  windows: readonly Workbench[],
  root: string,
  expected: readonly RegExp[] = [],
): Promise<void> {
  const open = windows.filter(({ page }) => !page.isClosed());
  const told = async () => {
    const messages: string[] = [];
    for (const window of open) messages.push(...(await window.notifications({ left: true })));
    return messages;
  };
  let notifications = await told();
  // What tells of something that goes on, such as a backend that starts, goes by itself.
  for (let tries = 0; notifications.length > 0 && tries < 10; tries++) {
    await setTimeout(2_000);
    notifications = await told();
  }
  const found = {
    notifications,
    pageErrors: windows.flatMap(({ misdeeds }) => misdeeds.pageErrors),
    foreignRequests: windows.flatMap(({ misdeeds }) => misdeeds.foreignRequests),
    loggedErrors: loggedErrors(root, expected),
  };
  assert.deepEqual(found, { notifications: [], pageErrors: [], foreignRequests: [], loggedErrors: [] });
}

/** One window with the extension in it. */
export class RunglassWindow {
  readonly workbench: Workbench;
  /** The folder or file of a workspace that is open, absolute. */
  readonly folder: string;

  constructor(workbench: Workbench, folder: string) {
    this.workbench = workbench;
    this.folder = folder;
    openWindows.add(this);
    workbench.page.once('close', () => openWindows.delete(this));
  }

  get dashboard(): FrameLocator {
    return this.workbench.webview;
  }

  section(name: string): Locator {
    return this.dashboard.locator(`[data-section="${name}"]`);
  }

  /** The element that says how the rows stand to the database. */
  connection(state: string): Locator {
    return this.dashboard.locator(`[data-connection="${state}"]`);
  }

  /** The status-bar item. */
  get status(): Locator {
    return this.workbench.page.locator('.statusbar-item[id$="runglass.status"]');
  }

  async openDashboard(): Promise<void> {
    await this.status.waitFor({ timeout: 60_000 });
    await this.workbench.command('Runglass: Open Dashboard');
    await this.dashboard.locator('[data-section="usage"]').waitFor();
  }

  /** Not by the palette, from which a notification takes the focus, nor by keys, which the dashboard may take. */
  async closeDashboard(): Promise<void> {
    const tab = this.workbench.page.locator('.tab[data-resource-name^="webview-runglass"]');
    await tab.getByRole('button', { name: /^Close/ }).click();
    await tab.waitFor({ state: 'detached' });
  }

  /** Opens the dashboard on the embedded backend and waits until it is live. */
  async openEmbedded(): Promise<void> {
    await this.openDashboard();
    await this.dashboard.locator('[data-command="useEmbedded"]').first().click();
    await this.connection('live').waitFor({ timeout: 60_000 });
  }

  /** Notes from now on what the dashboard says of the connection, state and words, however shortly it says so. */
  async watchConnection(): Promise<() => Promise<readonly string[]>> {
    const page = this.dashboard.locator('body');
    await page.evaluate((body) => {
      const connections: string[] = [];
      Object.assign(globalThis, { connections });
      new MutationObserver(() => {
        const shown = body.querySelector<HTMLElement>('[data-connection]');
        const said = `${shown?.dataset.connection}: ${shown?.textContent}`;
        if (connections.at(-1) !== said) connections.push(said);
      }).observe(body, { subtree: true, childList: true, characterData: true, attributes: true });
    });
    return () => page.evaluate(() => (globalThis as { connections?: readonly string[] }).connections ?? []);
  }

  /** Saves a picture of the whole window as out/e2e/<name>.png. */
  async screenshot(name: string): Promise<void> {
    await this.workbench.page.screenshot({ path: path.join(projectRoot, 'out/e2e', `${name}.png`) });
  }
}
