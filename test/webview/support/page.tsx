import './dom.ts';
// What the page imports later is there at once in tests.
import '../../../src/webview/later.ts';
import '../../../src/webview/sheets.ts';
import assert from 'node:assert/strict';
import { options, render } from 'preact';
import type { SnapshotMessage, WebviewMessage } from '../../../src/shared/protocol.ts';
import { ChartBody } from '../../../src/webview/charts/ChartBody.tsx';
import type {
  Caption,
  ChartEvents,
  ChartFactory,
  ChartHandle,
  Reading,
} from '../../../src/webview/charts/chart.ts';
import type { ChartView } from '../../../src/webview/charts/view.ts';
import type { ListSize } from '../../../src/webview/components/window.ts';
import { createDashboard, type Dashboard } from '../../../src/webview/context.ts';
import type { Host } from '../../../src/webview/host.ts';
import { Page } from '../../../src/webview/Page.tsx';
import { Connection } from '../../../src/webview/state/connection.ts';
import { fixtureNow } from '../../fixtures/rows.ts';

/** A host in the test's hands: it hears what the page posts and says what the test wants. */
export class FakeHost implements Host {
  readonly posted: WebviewMessage[] = [];
  state: unknown;
  #listener: ((message: unknown) => void) | undefined;

  constructor(state?: unknown) {
    this.state = state;
  }

  post(message: WebviewMessage): void {
    this.posted.push(message);
  }

  onMessage(listener: (message: unknown) => void): () => void {
    this.#listener = listener;
    return () => {
      this.#listener = undefined;
    };
  }

  getState(): unknown {
    return this.state;
  }

  setState(state: unknown): void {
    // What VS Code keeps is JSON.
    this.state = JSON.parse(JSON.stringify(state));
  }

  send(message: unknown): void {
    assert(this.#listener, 'the page does not listen');
    this.#listener(message);
  }

  ofType<T extends WebviewMessage['type']>(type: T): Extract<WebviewMessage, { type: T }>[] {
    return this.posted.filter(
      (message): message is Extract<WebviewMessage, { type: T }> => message.type === type,
    );
  }
}

/** One chart that was drawn, in the test's hands. */
export interface FakeChart {
  /** Its `data-chart`. */
  readonly name: string;
  readonly views: ChartView[];
  readonly events: ChartEvents;
  reading: Reading | null;
  caption: Caption | null;
  live: boolean;
}

/** Records what charts were asked to draw; a DOM in tests has no canvas. */
export class FakeCharts {
  readonly all: FakeChart[] = [];
  recolored = 0;

  readonly draw: ChartFactory = (element, view, _size, events): ChartHandle => {
    const name = element.closest<HTMLElement>('[data-chart]')?.dataset.chart ?? '';
    const chart: FakeChart = { name, views: [view], events, reading: null, caption: null, live: true };
    this.all.push(chart);
    return {
      update: (next) => chart.views.push(next),
      resize: () => {},
      recolor: () => {
        this.recolored += 1;
      },
      point: (reading) => {
        chart.reading = reading;
      },
      left: () => 0,
      picture: async (caption) => {
        chart.caption = caption;
        return new ArrayBuffer(8);
      },
      destroy: () => {
        chart.live = false;
      },
    };
  };

  /** The chart of that name that was drawn last. */
  of(name: string): FakeChart {
    const chart = this.all.findLast((other) => other.name === name);
    assert(chart, `no chart ${name} was drawn`);
    return chart;
  }

  /** What a chart shows now. */
  view(name = 'usage'): ChartView {
    const view = this.of(name).views.at(-1);
    assert(view);
    return view;
  }

  /** How many of a name are on screen. */
  live(name = 'usage'): number {
    return this.all.filter((chart) => chart.name === name && chart.live).length;
  }
}

export interface TestPage {
  readonly host: FakeHost;
  readonly charts: FakeCharts;
  readonly dashboard: Dashboard;
  readonly root: HTMLElement;
  /** The page's clock, ms since 1970; the next tick shows it. */
  now: number;
  /** Sends a message and draws the frame that follows. */
  send(message: unknown): Promise<void>;
  /** Runs what waits for the next frame, then lets Preact draw. */
  frame(): Promise<void>;
  /** Callbacks that wait for the next frame. */
  readonly waiting: number;
  find<E extends HTMLElement = HTMLElement>(selector: string): E;
  all(selector: string): HTMLElement[];
  text(selector: string): string;
  click(selector: string): Promise<void>;
  /** Chooses one of a list. */
  select(selector: string, value: string): Promise<void>;
}

const open: (() => void)[] = [];

export async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((done) => setTimeout(done, 0));
}

/** A list that has room for every column that it shows at first: 14 rows are in sight. */
export const wideList: ListSize = { rowHeight: 32, viewHeight: 448, width: 1_400, fontSize: 13 };

interface PageOptions {
  readonly state?: unknown;
  readonly loadCharts?: () => Promise<ChartFactory>;
  /** What lists measure; a DOM in tests has no layout. */
  readonly listSize?: ListSize;
  /** Of numbers and dates, BCP 47. */
  readonly locale?: string;
}

/** Mounts the page as main.tsx does, with everything around it in the test's hands. */
export async function openPage(
  snapshot: SnapshotMessage | null = null,
  { state, loadCharts, listSize = wideList, locale = 'en' }: PageOptions = {},
): Promise<TestPage> {
  const host = new FakeHost(state);
  const charts = new FakeCharts();
  const frames: (() => void)[] = [];
  const root = document.createElement('div');
  document.body.append(root);
  const time = { now: fixtureNow };
  const page: TestPage = {
    host,
    charts,
    root,
    dashboard: createDashboard({
      host,
      locale,
      loadCharts: async () => ({ Body: ChartBody, draw: (await loadCharts?.()) ?? charts.draw }),
      now: () => time.now,
      measureList: () => listSize,
      timeZone: 'UTC',
    }),
    get now() {
      return time.now;
    },
    set now(value) {
      time.now = value;
    },
    async send(message) {
      host.send(message);
      await page.frame();
    },
    async frame() {
      for (const callback of frames.splice(0)) callback();
      await settle();
    },
    get waiting() {
      return frames.length;
    },
    find<E extends HTMLElement>(selector: string): E {
      const found = root.querySelector<E>(selector);
      assert(found, `no ${selector} in the page`);
      return found;
    },
    all: (selector) => [...root.querySelectorAll<HTMLElement>(selector)],
    text: (selector) => (page.find(selector).textContent ?? '').replace(/\s+/g, ' ').trim(),
    async click(selector) {
      page.find(selector).click();
      await settle();
    },
    async select(selector, value) {
      const list = page.find<HTMLSelectElement>(selector);
      list.value = value;
      assert.equal(list.value, value, `${selector} has no ${value}`);
      list.dispatchEvent(new Event('change', { bubbles: true }));
      await settle();
    },
  };
  render(<Page dashboard={page.dashboard} />, root);
  const stopSaving = page.dashboard.ui.persist(host);
  const connection = new Connection({
    host,
    dashboard: page.dashboard,
    schedule: (callback) => frames.push(callback),
    now: () => page.now,
  });
  const stop = connection.start();
  open.push(() => {
    stop();
    stopSaving();
    render(null, root);
    root.remove();
    page.dashboard.clock.dispose();
  });
  await settle();
  if (snapshot) await page.send(snapshot);
  return page;
}

export function closePages(): void {
  for (const close of open.splice(0)) close();
}

/** Counts how often components are rendered, by name, from now on. */
export function countRenders(): { readonly counts: ReadonlyMap<string, number>; stop(): void } {
  const counts = new Map<string, number>();
  // Preact's own hook before a component renders, under the name that it has in the published package.
  const hooks = options as unknown as { __r?: ((vnode: { type: unknown }) => void) | undefined };
  const before = hooks.__r;
  hooks.__r = (vnode) => {
    if (typeof vnode.type === 'function') {
      const { name } = vnode.type;
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    before?.(vnode);
  };
  return {
    counts,
    stop: () => {
      hooks.__r = before;
    },
  };
}
