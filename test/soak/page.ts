import type { Page } from 'playwright-core';
import type { HostMessage } from '../../src/shared/protocol.ts';
import { HeldRows } from '../support/heldRows.ts';
import type { RunglassWindow } from '../support/workbench.ts';

/** What the renderer of the window holds, workbench and dashboard together, after garbage was collected. */
export interface PageCensus {
  /** Bytes. */
  readonly heap: number;
  readonly nodes: number;
  readonly listeners: number;
  readonly documents: number;
  readonly frames: number;
}

declare global {
  interface Window {
    soakHeard?: { readonly id: number; readonly messages: HostMessage[] };
  }
}

/** Has every dashboard that is opened from now on keep what it is sent, until it is asked for. */
export async function recordMessages(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const heard = { id: Math.random(), messages: [] as HostMessage[] };
    const { addEventListener } = window;
    // VS Code writes the page into a document that was there before, which forgets its listeners: this one comes with
    // the page's own.
    Object.assign(window, {
      soakHeard: heard,
      addEventListener(...args: Parameters<typeof addEventListener>) {
        if (args[0] === 'message' && document.getElementById('root'))
          addEventListener.call(window, 'message', (event) =>
            heard.messages.push((event as MessageEvent).data),
          );
        return addEventListener.apply(window, args);
      },
    });
  });
}

/** The rows that the dashboard of a window was sent since it was last opened or shown. */
export class SentRows {
  readonly #window: RunglassWindow;
  #id = 0;
  #held = new HeldRows();

  constructor(window: RunglassWindow) {
    this.#window = window;
  }

  async read(): Promise<HeldRows> {
    const heard = await this.#window.dashboard.locator('body').evaluate(() => ({
      id: window.soakHeard?.id ?? 0,
      messages: window.soakHeard?.messages.splice(0) ?? [],
    }));
    if (heard.id !== this.#id) this.#held = new HeldRows();
    this.#id = heard.id;
    for (const message of heard.messages) this.#held.hear(message);
    return this.#held;
  }
}

export async function takePageCensus(page: Page): Promise<PageCensus> {
  const session = await page.context().newCDPSession(page);
  try {
    await session.send('Performance.enable');
    await session.send('HeapProfiler.collectGarbage');
    const { metrics } = await session.send('Performance.getMetrics');
    const value = (name: string) => metrics.find((metric) => metric.name === name)?.value ?? 0;
    return {
      heap: value('JSHeapUsedSize'),
      nodes: value('Nodes'),
      listeners: value('JSEventListeners'),
      documents: value('Documents'),
      frames: value('Frames'),
    };
  } finally {
    await session.detach();
  }
}
