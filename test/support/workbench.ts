import { globSync, mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser, BrowserContext, FrameLocator, Locator } from 'playwright-core';
import { openBrowser } from '../../scripts/vscodeHost/browser.ts';
import { createProfile, type Profile } from '../../scripts/vscodeHost/profile.ts';
import { projectRoot } from '../../scripts/vscodeHost/project.ts';
import { startServer, type VscodeServer } from '../../scripts/vscodeHost/server.ts';
import { newContext, Workbench } from '../../scripts/vscodeHost/workbench.ts';

/** A VS Code server on a throw-away profile, with windows in the one browser that all specs share. */
export interface VscodeHost {
  readonly server: VscodeServer;
  readonly profile: Profile;
  /** A window on a folder of its own, in a browser context of its own: nothing is remembered from another. */
  open(): Promise<RunglassWindow>;
  /** Lines of VS Code's own logs, of every window so far, that tell of an error. */
  loggedErrors(): string[];
  dispose(): Promise<void>;
}

let browser: Promise<Browser> | null = null;

after(async () => {
  await (await browser)?.close();
});

/** The browser of this process, started when it is first asked for and closed after the last spec. */
export function sharedBrowser(): Promise<Browser> {
  browser ??= openBrowser();
  return browser;
}

/** Starts the server, with `settings` as its user's. */
export async function openVscode(settings: Readonly<Record<string, unknown>> = {}): Promise<VscodeHost> {
  const browser = await sharedBrowser();
  const profile = createProfile(settings);
  const server = await startServer(profile);
  const contexts: BrowserContext[] = [];
  return {
    server,
    profile,
    open: async () => {
      const context = await newContext(browser, server);
      contexts.push(context);
      const folder = mkdtempSync(path.join(profile.workspace, 'w-'));
      return new RunglassWindow(await Workbench.open(context, server, { folder }));
    },
    loggedErrors: () => loggedErrors(profile),
    dispose: async () => {
      for (const context of contexts) await context.close();
      await server.stop();
      profile.remove();
    },
  };
}

/** One window with the extension in it. */
export class RunglassWindow {
  readonly workbench: Workbench;

  constructor(workbench: Workbench) {
    this.workbench = workbench;
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

  /** Opens the dashboard on the embedded backend and waits until it is live. */
  async openEmbedded(): Promise<void> {
    await this.openDashboard();
    await this.dashboard.locator('[data-command="useEmbedded"]').first().click();
    await this.connection('live').waitFor({ timeout: 60_000 });
  }

  /** Saves a picture of the whole window as out/e2e/<name>.png. */
  async screenshot(name: string): Promise<void> {
    const folder = path.join(projectRoot, 'out/e2e');
    mkdirSync(folder, { recursive: true });
    await this.workbench.page.screenshot({ path: path.join(folder, `${name}.png`) });
  }
}

/** Errors of VS Code itself that have nothing to do with an extension. */
const harmless = [/@vscode\/deviceid/, /\[Service Worker\] registration/, /vsda/];

function loggedErrors(profile: Profile): string[] {
  const folder = path.join(profile.userData, 'logs');
  return globSync('**/*.log', { cwd: folder }).flatMap((file) =>
    readFileSync(path.join(folder, file), 'utf8')
      .split('\n')
      .filter((line) => /\[(error|critical)\]|unhandled|uncaught/i.test(line))
      .filter((line) => !harmless.some((pattern) => pattern.test(line)))
      .map((line) => `${file}: ${line}`),
  );
}
