import { setTimeout as pause } from 'node:timers/promises';
import type { Browser, BrowserContext, Page, Request } from 'playwright-core';
import { fixtureNow } from '../../test/fixtures/rows.ts';
import type { PageServer } from './server.ts';
import type { GalleryState } from './states.ts';
import type { ThemeName } from './themes.ts';

/** Height of the window, px. */
export const screenHeight = 800;

/** A page on a busy machine has changed and stands still within this long, ms. */
const patience = 30_000;

/** Gathers what is wrong, and where it was seen. */
export class Problems {
  readonly #seen = new Map<string, string[]>();

  add(where: string, what: string): void {
    this.#seen.set(what, [...(this.#seen.get(what) ?? []), where]);
  }

  /** Smallest contrasts that were measured, by theme and kind. */
  readonly contrasts = new Map<string, number>();

  /** A line each, with the first places. */
  get lines(): readonly string[] {
    return [...this.#seen].map(([what, places]) => {
      const all = [...new Set(places)];
      const more = all.length > 3 ? ` and ${all.length - 3} more` : '';
      return `${what} (${all.slice(0, 3).join(', ')}${more})`;
    });
  }
}

export interface StageOptions {
  readonly theme: ThemeName;
  readonly width: number;
  /** Time goes on from that of the fixtures instead of standing there. */
  readonly running?: boolean;
  /** False: motion is not reduced. */
  readonly lessMotion?: boolean;
  /** Height of the window, px, and pixels of the screen for one of the page. */
  readonly height?: number;
  readonly scale?: number;
  /** With the few colors of the system. */
  readonly forcedColors?: boolean;
}

/** One page in one theme and width, in which one state after the other is shown. */
export class Stage {
  readonly page: Page;
  readonly #context: BrowserContext;
  readonly #server: PageServer;
  readonly #options: StageOptions;
  readonly #problems: Problems;
  #state: GalleryState | null = null;
  /** What the page waits for: code that it loads with what is drawn first. */
  readonly #loading = new Set<Request>();
  /** Of how many requests the end was heard. */
  #loaded = 0;

  constructor(
    context: BrowserContext,
    page: Page,
    server: PageServer,
    problems: Problems,
    options: StageOptions,
  ) {
    this.#context = context;
    this.page = page;
    this.#server = server;
    this.#problems = problems;
    this.#options = options;
    page.on('pageerror', (error) => this.report(`page error: ${error.message}`));
    page.on('console', (line) => {
      if (line.type() === 'error') this.report(`console error: ${line.text()}`);
    });
    page.on('request', (request) => this.#loading.add(request));
    const ended = (request: Request): void => {
      this.#loaded += 1;
      this.#loading.delete(request);
    };
    page.on('requestfinished', ended);
    page.on('requestfailed', ended);
  }

  static async open(
    browser: Browser,
    server: PageServer,
    problems: Problems,
    options: StageOptions,
  ): Promise<Stage> {
    const { width, height = screenHeight, scale = 1, lessMotion = true, forcedColors = false } = options;
    const context = await browser.newContext({
      viewport: { width, height },
      deviceScaleFactor: scale,
      reducedMotion: lessMotion ? 'reduce' : 'no-preference',
      forcedColors: forcedColors ? 'active' : 'none',
    });
    const page = await context.newPage();
    if (options.running) await page.addInitScript(shiftClock, fixtureNow - Date.now());
    else await page.clock.setFixedTime(fixtureNow);
    return new Stage(context, page, server, problems, options);
  }

  get theme(): ThemeName {
    return this.#options.theme;
  }

  get width(): number {
    return this.#options.width;
  }

  /** Loads the page in a state and waits until it stands still. */
  async show(state: GalleryState): Promise<void> {
    this.#state = state;
    this.#loading.clear();
    await this.page.goto(this.#server.address(state.name, this.#options.theme));
    if (state.snapshot) await this.page.locator('[data-connection]').waitFor();
    if (state.subjects.includes('sheet')) await this.page.locator('dialog[open]').waitFor();
    await this.settle();
    for (const message of await this.page.evaluate(loggedMessages))
      if (!state.broken) this.report(`logged: ${message}`);
  }

  /** Resolves when nothing is loaded and nothing has changed for three frames and 80 ms, after 3 s in any case. */
  async settle(): Promise<void> {
    const end = performance.now() + patience;
    let loaded: number;
    do {
      while (this.#loading.size > 0 && performance.now() < end) await pause(10);
      loaded = this.#loaded;
      await this.page.evaluate(quiet);
    } while ((this.#loading.size > 0 || this.#loaded !== loaded) && performance.now() < end);
  }

  /** Whether `selector` is seen once the page stands still, or is not, as is `wanted`; waits for that. */
  async isSeen(selector: string, wanted = true): Promise<boolean> {
    const first = this.page.locator(selector).first();
    await first.waitFor({ state: wanted ? 'visible' : 'hidden', timeout: patience }).catch(() => {});
    await this.settle();
    return await first.isVisible();
  }

  report(what: string): void {
    const { theme, width } = this.#options;
    const colors = this.#options.forcedColors ? ' forced' : '';
    this.#problems.add(`${this.#state?.name ?? 'page'} ${theme} ${width}${colors}`, what);
  }

  /** Keeps the smallest of the contrasts. */
  measured(contrasts: Readonly<Record<string, number>>): void {
    const all = this.#problems.contrasts;
    for (const [kind, value] of Object.entries(contrasts)) {
      const key = `${this.theme} ${kind}`;
      all.set(key, Math.min(all.get(key) ?? 21, value));
    }
  }

  async close(): Promise<void> {
    await this.#context.close();
  }
}

function loggedMessages(): string[] {
  return window.stage.sent.filter(({ type }) => type === 'log').map(({ message }) => message ?? '');
}

/** On no day of this machine may something run out or change while the page is looked at. */
function shiftClock(by: number): void {
  const Real = Date;
  globalThis.Date = class extends Real {
    constructor(...parts: unknown[]) {
      super(...((parts.length === 0 ? [Real.now() + by] : parts) as [number]));
    }

    static override now(): number {
      return Real.now() + by;
    }
  } as DateConstructor;
}

async function quiet(): Promise<void> {
  const end = performance.now() + 3_000;
  let changed = performance.now();
  const observer = new MutationObserver(() => {
    changed = performance.now();
  });
  observer.observe(document.documentElement, { subtree: true, childList: true, attributes: true });
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  do {
    for (let i = 0; i < 3; i++) await frame();
    await new Promise((done) => setTimeout(done, 30));
  } while (performance.now() - changed < 80 && performance.now() < end);
  observer.disconnect();
}
