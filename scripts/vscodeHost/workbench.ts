import type { Browser, BrowserContext, FrameLocator, Locator, Page } from 'playwright-core';

/** The workbench is drawn within 6 s on two idle cores; a busy machine takes longer. */
const openTimeoutMs = 60_000;

/** What a page did that it should not have done. */
export interface Misdeeds {
  /** Errors that nothing caught, in the workbench and in the webviews. */
  readonly pageErrors: string[];
  /** URLs asked of anything but VS Code's server. */
  readonly foreignRequests: string[];
}

/** One window of VS Code in a browser, driven as a user would drive it. */
export class Workbench {
  readonly page: Page;
  readonly misdeeds: Misdeeds = { pageErrors: [], foreignRequests: [] };

  private constructor(page: Page, origin: string) {
    this.page = page;
    page.on('pageerror', (error) => this.misdeeds.pageErrors.push(error.stack ?? error.message));
    page.on('request', (request) => {
      const url = request.url();
      if (!isOwn(url, origin)) this.misdeeds.foreignRequests.push(url);
    });
  }

  /** Opens a window; windows of one context share secrets, as the windows of one VS Code do. */
  static async open(context: BrowserContext, url: string): Promise<Workbench> {
    const workbench = new Workbench(await context.newPage(), new URL(url).origin);
    await workbench.page.goto(url);
    await workbench.#waitUntilDrawn();
    return workbench;
  }

  /** Reloads the window as a user does; a reload by the browser would lose what VS Code has not yet stored. */
  async reload(): Promise<void> {
    const loaded = this.page.waitForEvent('load', { timeout: 2 * openTimeoutMs });
    await this.command('Developer: Reload Window');
    await loaded;
    await this.#waitUntilDrawn();
  }

  /** Runs a command of the palette by its exact title, with its category. */
  async command(title: string): Promise<void> {
    await this.#chooseCommand(title).catch(() => this.#chooseCommand(title));
  }

  /** Runs a command that asks with a quick pick and picks a row, again if the list closed before. */
  async commandAndPick(title: string, row: string | RegExp): Promise<void> {
    const pick = async () => {
      await this.command(title);
      await this.quickPick(row).click({ timeout: 10_000 });
    };
    await pick().catch(pick);
  }

  /**
   * The palette may close before the click, because something else opens a list or, where the settings have it so, takes
   * the focus. Not much less than 10 s, or a click that was heard late is done twice.
   */
  async #chooseCommand(title: string): Promise<void> {
    await (await this.#findCommand(title)).click({ timeout: 10_000 });
  }

  /** Whether the palette offers a command by now, within a second. */
  async offers(title: string): Promise<boolean> {
    const row = await this.#findCommand(title);
    const offered = await row.waitFor({ timeout: 1_000 }).then(
      () => true,
      () => false,
    );
    await this.quickInput.press('Escape');
    await this.quickInput.waitFor({ state: 'hidden' });
    return offered;
  }

  async #findCommand(title: string): Promise<Locator> {
    // Below a mouse that rests, the palette explains a row, and covers others with that.
    await this.page.mouse.move(0, 0);
    await this.#typeCommand(title).catch(() => this.#typeCommand(title));
    return this.quickPick(title);
  }

  /** A palette closes when something else takes the focus while it opens; then it does not come back by itself. */
  async #typeCommand(title: string): Promise<void> {
    await this.page.keyboard.press('F1');
    await this.quickInput.fill(`>${title}`, { timeout: 10_000 });
  }

  /** Text field of the palette, of a quick pick or of an input box. */
  get quickInput(): Locator {
    return this.page
      .locator(
        '.quick-input-widget:visible input[type="text"], .quick-input-widget:visible input[type="password"]',
      )
      .first();
  }

  /** A row of the quick pick that is open. */
  quickPick(text: string | RegExp): Locator {
    return this.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: text }).first();
  }

  /** A status-bar item by a part of its text or of its accessible label. */
  statusItem(text: string | RegExp): Locator {
    return this.page.locator('.statusbar-item').filter({ hasText: text }).first();
  }

  /** The page of the visible webview, inside VS Code's own frame. */
  get webview(): FrameLocator {
    return this.page.frameLocator('iframe.webview.ready').first().frameLocator('#active-frame');
  }

  /** A tab of the editor area. */
  tab(title: string): Locator {
    return this.page.locator('.tabs-container .tab').filter({ hasText: title });
  }

  /** Opens what is behind the bell, toasts being off; tries twice, because what else happens may close it at once. */
  async openNotifications(): Promise<Locator> {
    const center = this.page.locator('.notifications-center.visible');
    const open = async () => {
      await this.command('Notifications: Show Notifications');
      await center.waitFor({ timeout: 10_000 });
    };
    await open().catch(open);
    return center;
  }

  /** Saves where the open dialog for a file proposes, which is deaf until it has read the folder. */
  async acceptSaveDialog(): Promise<void> {
    const ok = this.page.locator('.quick-input-widget').getByRole('button', { name: 'OK', exact: true });
    await ok.waitFor();
    for (let tries = 0; tries < 10 && (await ok.isVisible()); tries += 1) {
      await ok.click({ timeout: 2_000 }).catch(() => {});
      await ok.waitFor({ state: 'hidden', timeout: 2_000 }).catch(() => {});
    }
    await ok.waitFor({ state: 'hidden' });
  }

  /** Messages of the notifications that are on screen or behind the bell, which are `left` open or not. */
  async notifications({ left = false } = {}): Promise<string[]> {
    const center = await this.openNotifications();
    const messages = await center.locator('.notification-list-item-message').allInnerTexts();
    if (!left) await this.command('Notifications: Hide Notifications');
    return messages;
  }

  async #waitUntilDrawn(): Promise<void> {
    await this.page.locator('.monaco-workbench .statusbar-item').first().waitFor({ timeout: openTimeoutMs });
  }
}

/** A context in which secrets survive a reload and the clipboard may be used. */
export async function newContext(browser: Browser, origin: string): Promise<BrowserContext> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  context.setDefaultTimeout(openTimeoutMs);
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin });
  // The workbench asks its server for the key of its secrets and keeps them in memory without an answer.
  const key = Buffer.alloc(32, 7);
  await context.route('**/mint-key', (route) => route.fulfill({ status: 200, body: key }));
  return context;
}

function isOwn(url: string, origin: string): boolean {
  if (url.startsWith(`${origin}/`) || /^(data|blob|about):/.test(url)) return true;
  // Resources of webviews: the name stands for the server and is answered by a service worker, never resolved.
  return /^https:\/\/vscode-remote\+[^/]*\.vscode-resource\.vscode-cdn\.net\//.test(url);
}
