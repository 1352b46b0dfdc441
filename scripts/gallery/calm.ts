import type { Browser } from 'playwright-core';
import type { PageServer } from './server.ts';
import { type Problems, Stage } from './stage.ts';
import type { GalleryState } from './states.ts';

/** With less motion wished for, nothing moves: neither while rows are loaded nor when they change. */
export async function checkMotion(
  browser: Browser,
  server: PageServer,
  problems: Problems,
  states: readonly GalleryState[],
): Promise<void> {
  for (const wish of ['system', 'editor'] as const)
    for (const name of ['loading', 'full']) {
      const state = states.find((each) => each.name === name);
      if (!state) continue;
      const stage = await Stage.open(browser, server, problems, {
        ...{ theme: 'dark', width: 1280, running: true },
        lessMotion: wish === 'system',
      });
      try {
        await stage.show(state);
        if (wish === 'editor')
          await stage.page.evaluate(() => document.body.classList.add('vscode-reduce-motion'));
        if (state.snapshot) await stage.page.evaluate(sendChanges, { count: 2, pause: 100 });
        const moving = await stage.page.evaluate(findMoving);
        for (const what of moving) stage.report(`moves although the ${wish} wants less motion: ${what}`);
      } finally {
        await stage.close();
      }
    }
}

/** Of 100 changes in 10 s next to nothing is said to a screen reader: none of them is news. */
export async function checkSpeech(
  browser: Browser,
  server: PageServer,
  problems: Problems,
  full: GalleryState,
): Promise<void> {
  const stage = await Stage.open(browser, server, problems, { theme: 'dark', width: 1280, running: true });
  try {
    await stage.show(full);
    // A day of the chart that is read with the keys stays what was read.
    await stage.page.locator('.chart-canvas').first().focus();
    await stage.page.keyboard.press('End');
    await stage.settle();
    const before = await stage.page.evaluate(listen);
    await stage.page.evaluate(sendChanges, { count: 100, pause: 100 });
    await stage.settle();
    const said = await stage.page.evaluate(() => window.said);
    if ((await stage.page.evaluate(runsAndEvents)) === before) stage.report('nothing of 100 changes is seen');
    console.log(`100 changes in 10 s: ${said.length} times something is said`);
    if (said.length > mostSaid)
      stage.report(
        `says ${said.length} things of 100 changes that are no news: ${said.slice(0, 3).join(' | ')}`,
      );
  } finally {
    await stage.close();
  }
}

/** The state of the connection may be told anew once. */
const mostSaid = 1;

declare global {
  interface Window {
    /** What live regions have said. */
    readonly said: readonly string[];
  }
}

function runsAndEvents(): string {
  const parts = document.querySelectorAll('[data-section=runs], [data-section=activity]');
  return [...parts].map(({ textContent }) => textContent).join();
}

/** Returns what the page shows before the changes. */
function listen(): string {
  const said: string[] = [];
  Object.assign(window, { said });
  const live = '[role=status], [role=alert], [role=log], [aria-live=polite], [aria-live=assertive]';
  const words = new Map<Element, string>();
  const look = (): void => {
    for (const region of document.querySelectorAll(live)) {
      const now = region.textContent ?? '';
      if (now !== '' && words.get(region) !== now) said.push(now);
      words.set(region, now);
    }
  };
  look();
  said.length = 0;
  new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true });
  const parts = document.querySelectorAll('[data-section=runs], [data-section=activity]');
  return [...parts].map(({ textContent }) => textContent).join();
}

interface Changes {
  readonly count: number;
  /** Between two of them, ms. */
  readonly pause: number;
}

/** Runs go on, usage grows and events come, as during a busy day; resolves when all were sent. */
async function sendChanges({ count, pause }: Changes): Promise<void> {
  const { epoch, cursor, status, tables } = window.stage.given.snapshot;
  const running = tables.training_runs.find((run) => run.status === 'running');
  const [event] = tables.ide_sync_events;
  for (let n = 0; n < count; n += 1) {
    const id = `calm-${performance.now()}-${n}`;
    const up = {
      training_runs: running ? [{ ...running, step: (running.step ?? 0) + n + 1 }] : [],
      ide_sync_events: event ? [{ ...event, id, event_type: `calm.n${n}` }] : [],
      // Of every day, the one that is read too.
      usage_tracking: tables.usage_tracking.map((row) => ({ ...row, amount: Number(row.amount) * (2 + n) })),
    };
    const patch = { type: 'patch', epoch, from: cursor + n, to: cursor + n + 1 };
    const kinds = ['training_runs', 'ide_sync_events', 'usage_tracking'] as const;
    const kind = kinds[n % kinds.length] ?? 'training_runs';
    const latency = 40 + (n % 7);
    window.stage.send({
      ...patch,
      status: { ...status, latency, asOf: Date.now(), verifiedAt: Date.now() },
      tables: { [kind]: { up: up[kind], del: [] } },
    });
    await new Promise((done) => setTimeout(done, pause));
  }
}

/** Animations that run; one that only waits before it shows something does not move. */
function findMoving(): string[] {
  return document.getAnimations().flatMap((animation) => {
    const { effect } = animation;
    const target = effect instanceof KeyframeEffect ? effect.target : null;
    const isWait = animation instanceof CSSAnimation && animation.animationName === 'appear';
    return isWait ? [] : [`${target?.tagName.toLowerCase()}.${target?.getAttribute('class') ?? ''}`];
  });
}
