import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../../shared/disposable.ts';
import type { Event } from '../../shared/emitter.ts';
import type { Formats } from '../../shared/format.ts';
import { emptyTables } from '../../shared/patch.ts';
import type { DashboardStatus } from '../../shared/protocol.ts';
import { isActive } from '../../shared/runs.ts';
import { contextKeys, mementoKeys, viewIds } from '../ids.ts';
import type { ContextKeys } from '../platform/contextKeys.ts';
import { Holder } from '../platform/holder.ts';
import { Pacer } from '../platform/pacer.ts';
import type { RunSaying } from '../runWords.ts';
import type { Clock, ReplicaView } from '../sync/types.ts';
import { stateWords } from '../words.ts';
import { modelNodes } from './modelNodes.ts';
import type { ViewNode } from './node.ts';
import { NodeTree } from './nodeTree.ts';
import { projectNodes } from './projectNodes.ts';
import { badgeWords, runNodes, runsToNotice } from './runNodes.ts';
import { usageNodes } from './usageNodes.ts';

export interface SideViewsOptions {
  /** What the dashboard shows, so that both say the same. */
  readonly source: {
    readonly replica: ReplicaView | null;
    readonly status: DashboardStatus;
    readonly onDidChangeRows: Event<void>;
    readonly onDidChangeStatus: Event<void>;
  };
  readonly onDidChangeConfig: Event<void>;
  /** Id of the project of this workspace; null without one. */
  readonly ownProject: () => string | null;
  readonly keys: ContextKeys;
  readonly formats: Formats;
  readonly clock: Clock;
  readonly memento: vscode.Memento;
  /** Keeps the engine open while a view is seen. */
  readonly hold: () => Disposable;
}

type ViewName = keyof typeof viewIds;

interface SideView {
  readonly name: ViewName;
  readonly tree: NodeTree;
  readonly view: vscode.TreeView<ViewNode>;
}

/** Changes closer together than this are drawn once, ms. */
const pace = 250;
/** Times of the rows ("5m ago") go on while nothing else changes, ms. */
const reviewAfter = 30_000;

/** The views of the activity bar's container: usage, runs, models and projects. */
export class SideViews implements Disposable {
  readonly #options: SideViewsOptions;
  readonly #disposables = new DisposableStore();
  readonly #views: readonly SideView[];
  readonly #holder: Holder;
  readonly #drawing: Pacer;

  constructor(options: SideViewsOptions) {
    this.#options = options;
    this.#drawing = this.#disposables.add(new Pacer(options.clock, () => this.#draw()));
    this.#holder = this.#disposables.add(new Holder(options.hold));
    this.#views = (Object.keys(viewIds) as ViewName[]).map((name) => this.#create(name));
    const { source, onDidChangeConfig } = options;
    for (const event of [source.onDidChangeRows, source.onDidChangeStatus, onDidChangeConfig])
      this.#disposables.add(event(() => this.#drawing.runIn(pace)));
    this.#drawing.runIn(0);
  }

  dispose(): void {
    this.#disposables.dispose();
  }

  #create(name: ViewName): SideView {
    const tree = this.#disposables.add(new NodeTree(() => this.#nodes(name)));
    const view = this.#disposables.add(
      vscode.window.createTreeView(viewIds[name], {
        treeDataProvider: tree,
        showCollapseAll: name === 'models',
      }),
    );
    this.#disposables.add(view.onDidChangeVisibility(() => this.#onVisibility()));
    return { name, tree, view };
  }

  #onVisibility(): void {
    this.#holder.set(this.#views.some(({ view }) => view.visible));
    this.#drawing.runIn(0);
  }

  #draw(): void {
    const { replica, status } = this.#options.source;
    const message = this.#message();
    for (const { name, tree, view } of this.#views) {
      if (name === 'runs') this.#mark(view, replica, this.#saying());
      // A hidden view is drawn when it is shown.
      if (!view.visible) continue;
      tree.update();
      view.message = tree.size > 0 ? message : startingMessage(status);
    }
    if (this.#views.some(({ view }) => view.visible)) this.#drawing.runIn(reviewAfter);
  }

  #saying(): RunSaying {
    const { source, clock, formats } = this.#options;
    const { clockOffset, stalledAfter } = source.status;
    return { formats, now: clock.now() + clockOffset, silence: stalledAfter };
  }

  #nodes(name: ViewName): ViewNode[] {
    const tables = this.#options.source.replica?.tables ?? emptyTables();
    const saying = this.#saying();
    switch (name) {
      case 'usage':
        return usageNodes(tables, saying);
      case 'runs':
        return runNodes(tables, saying);
      case 'models':
        return modelNodes(tables, saying);
      case 'projects':
        return projectNodes(tables, this.#options.ownProject(), saying);
    }
  }

  /** Only what one would not expect: rows that are not live. */
  #message(): string {
    const { source, clock, formats } = this.#options;
    const { state, cached, asOf } = source.status;
    const isFresh = state === 'live' || state === 'polling' || (state === 'catchingUp' && !cached);
    if (isFresh) return '';
    return stateWords(source.status, asOf === null ? null : formats.clock(asOf, clock.now()));
  }

  /** Marks the container with runs that go on, and with those that failed since somebody looked. */
  #mark(view: SideView['view'], replica: ReplicaView | null, saying: RunSaying): void {
    const { keys } = this.#options;
    if (!replica) {
      view.badge = undefined;
      keys.set(contextKeys.hasRuns, false);
      keys.set(contextKeys.hasActiveRuns, false);
      keys.set(contextKeys.hasFailedRuns, false);
      return;
    }
    let runs = runsToNotice(replica.tables, this.#seen(saying.now), saying);
    if (view.visible && runs.failed > 0) {
      void this.#options.memento.update(mementoKeys.runsSeen, saying.now);
      runs = { ...runs, failed: 0 };
    }
    keys.set(contextKeys.hasRuns, replica.tables.training_runs.size > 0);
    keys.set(contextKeys.hasActiveRuns, [...replica.tables.training_runs.values()].some(isActive));
    keys.set(contextKeys.hasFailedRuns, runs.failed > 0);
    const value = runs.going + runs.failed;
    const badge = value === 0 ? undefined : { value, tooltip: badgeWords(runs, saying) };
    if (JSON.stringify(badge) !== JSON.stringify(view.badge)) view.badge = badge;
  }

  /** Failures of the time before the first look at this view are nobody's news. */
  #seen(now: number): number {
    const { memento } = this.#options;
    const seen = memento.get<unknown>(mementoKeys.runsSeen);
    if (typeof seen === 'number') return seen;
    void memento.update(mementoKeys.runsSeen, now);
    return now;
  }
}

/** Why there is nothing yet, as the dashboard says it; it stands in the place of the view's own words. */
function startingMessage({ state, message, hint }: DashboardStatus): string {
  return state === 'connecting' && message !== null ? [message, hint].filter(Boolean).join(' ') : '';
}
