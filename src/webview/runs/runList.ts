import { batch, computed, effect, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { RunRow } from '../../shared/model.ts';
import { runCosts } from '../../shared/runCost.ts';
import {
  headlineMetric,
  isActive,
  type Metric,
  maxCompared,
  runState,
  stalledAfter,
} from '../../shared/runs.ts';
import type { Clock } from '../state/clock.ts';
import { OlderRows } from '../state/olderRows.ts';
import type { Requests } from '../state/requests.ts';
import type { Store } from '../state/store.ts';
import { decodeText, type UiState } from '../state/uiState.ts';
import type { Views } from '../state/views.ts';
import { groupId, groupRuns, holdOrder, type Item, isGroup, type RunGroup } from './arrange.ts';
import { RunChoices } from './choices.ts';
import { type ColumnId, columns, fixedColumns } from './columns.ts';
import { countRuns, matchesFilter, type RunCounts, type RunFilter, searcher } from './filter.ts';
import { RunOrder, type SortColumn, type SortContext } from './sort.ts';

export interface RunListOptions {
  readonly store: Store;
  readonly ui: UiState;
  readonly clock: Clock;
  readonly views: Pick<Views, 'usage'>;
  readonly requests: Pick<Requests, 'ask'>;
}

/** Sorted by one of these, runs change their places as time passes. */
const timedColumns: readonly SortColumn[] = ['status', 'eta', 'duration'];

/**
 * The list of training runs: what the user chose of it, and what it shows.
 *
 *   held and older runs ─ order ─ filter, search, project ─ hold while one reads ─ group ─▶ items
 */
export class RunList {
  readonly choices: RunChoices;
  readonly older: OlderRows<'training_runs'>;
  /** Held and older runs by id. */
  readonly byId: ReadonlySignal<ReadonlyMap<string, RunRow>>;
  /** How long a run may be silent before it counts as stalled, ms. */
  readonly silence: ReadonlySignal<number>;
  /** Ids of running runs that fell silent. */
  readonly stalled: ReadonlySignal<ReadonlySet<string>>;
  /** Of the chosen project, whatever the filter and the search. */
  readonly counts: ReadonlySignal<RunCounts>;
  /** Another object when the user chose other rows or another order, or when they are somebody else's. */
  readonly choice: ReadonlySignal<object>;
  /** Runs that pass filter and search. */
  readonly shown: ReadonlySignal<readonly RunRow[]>;
  /** The rows of the list: runs, and headings of groups. */
  readonly items: ReadonlySignal<readonly Item[]>;
  /** Somebody reads: the pointer or the focus is in the list, or it is scrolled. Rows keep their places then. */
  readonly reading: Signal<boolean> = signal(false);
  /** Id of the row that keys act on. */
  readonly active: Signal<string | null>;
  readonly #store: Store;
  readonly #ui: UiState;
  readonly #clock: Clock;
  readonly #views: Pick<Views, 'usage'>;

  constructor({ store, ui, clock, views, requests }: RunListOptions) {
    this.#store = store;
    this.#ui = ui;
    this.#clock = clock;
    this.#views = views;
    this.choices = new RunChoices(ui);
    this.active = ui.keepPosition('activeRun', decodeText);
    this.older = new OlderRows({
      store,
      table: 'training_runs',
      from: () => store.status.value?.runsFrom ?? null,
      ask: async (before) => {
        const { runs: rows, next } = await requests.ask('olderRuns', { before });
        return { rows, next };
      },
    });
    this.byId = this.older.byId;
    this.silence = computed(() => store.status.value?.stalledAfter ?? stalledAfter);
    this.stalled = this.#watchSilence();
    const sorted = this.#sorted();
    const inProject = computed(() => {
      const project = ui.project.value;
      return project === null ? sorted.value : sorted.value.filter((run) => run.project_id === project);
    });
    this.counts = stable(computed(() => countRuns(inProject.value, this.stalled.value)));
    const { filter, search, sort, grouped } = this.choices;
    this.choice = computed(() => [
      ...[filter.value, search.value, sort.value, grouped.value, ui.project.value, store.life.value],
    ]);
    this.shown = this.#hold(computed(() => this.#pass(inProject.value)));
    this.items = this.#group();
    this.#forgetDeleted();
  }

  get filter(): Signal<RunFilter> {
    return this.choices.filter;
  }

  get marked(): ReadonlySignal<readonly string[]> {
    return this.choices.marked;
  }

  /** The number that the column "Metric" shows of a run. */
  metricOf(run: RunRow): Metric | null {
    const name = this.choices.metric.value;
    if (name === null) return headlineMetric(run.metrics);
    const value = Object.hasOwn(run.metrics, name) ? run.metrics[name] : null;
    return typeof value === 'number' && Number.isFinite(value) ? { name, value } : null;
  }

  /** By a column as it is best read, then the other way round, then in the list's own order again. */
  sortBy(column: SortColumn): void {
    const { sort } = this.choices;
    const first = column === 'name' ? false : columns[column].descends;
    const current = sort.peek();
    if (current?.column !== column) sort.value = { column, descending: first };
    else sort.value = current.descending === first ? { column, descending: !first } : null;
  }

  toggleColumn(column: ColumnId): void {
    if (fixedColumns.includes(column)) return;
    const chosen = new Set(this.choices.columns.peek());
    if (!chosen.delete(column)) chosen.add(column);
    this.choices.columns.value = chosen;
  }

  toggleGroup(id: string): void {
    const closed = new Set(this.choices.closed.peek());
    if (!closed.delete(id)) closed.add(id);
    this.choices.closed.value = closed;
  }

  /** Id of the group that a run is in. */
  groupOf({ project_id }: RunRow): string {
    return groupId(this.#store.tables.projects.peek().get(project_id ?? '') ?? null);
  }

  /** Marks a run for comparing, or takes the mark away. False when as many are marked as can be compared. */
  toggleMark(id: string): boolean {
    const { marked } = this.choices;
    const others = marked.peek().filter((each) => each !== id);
    const isMarked = others.length < marked.peek().length;
    if (!isMarked && others.length >= maxCompared) return false;
    marked.value = isMarked ? others : [...others, id];
    return true;
  }

  /** Marks these runs alone, as many as can be compared. */
  mark(ids: readonly string[]): void {
    this.choices.marked.value = ids.slice(0, maxCompared);
  }

  clearMarks(): void {
    this.choices.marked.value = [];
  }

  clearFilter(): void {
    batch(() => {
      this.choices.filter.value = 'all';
      this.choices.search.value = '';
    });
  }

  /** Takes away whatever hides a run. */
  uncover(id: string): void {
    const run = this.byId.peek().get(id);
    if (!run) return;
    batch(() => {
      const project = this.#ui.project.peek();
      if (project !== null && run.project_id !== project) this.#ui.project.value = null;
      if (!this.shown.peek().some((shown) => shown.id === id)) this.clearFilter();
      const group = this.groupOf(run);
      if (this.choices.closed.peek().has(group)) this.toggleGroup(group);
    });
  }

  /** A set of its own only when another run falls silent or speaks again. */
  #watchSilence(): ReadonlySignal<ReadonlySet<string>> {
    const running = computed(() =>
      [...this.byId.value.values()].filter(({ status }) => status === 'running'),
    );
    let known: ReadonlySet<string> = new Set();
    return computed(() => {
      // Nobody needs the time while nothing runs.
      const now = running.value.length > 0 ? this.#clock.now.value : 0;
      const silence = this.silence.value;
      const ids = running.value
        .filter((run) => runState(run, now, silence) === 'stalled')
        .map(({ id }) => id);
      if (ids.length !== known.size || ids.some((id) => !known.has(id))) known = new Set(ids);
      return known;
    });
  }

  #sorted(): ReadonlySignal<readonly RunRow[]> {
    const order = new RunOrder();
    const context = computed(() => this.#context());
    return computed(() => order.update(this.byId.value, this.choices.sort.value, context.value));
  }

  #context(): SortContext | null {
    const column = this.choices.sort.value?.column;
    if (column === undefined) return null;
    const usage = column === 'cost' ? this.#views.usage.value : [];
    const metric = column === 'metric' ? this.choices.metric.value : null;
    return {
      now: timedColumns.includes(column) ? this.#clock.minute.value : 0,
      silence: this.silence.value,
      projects: column === 'project' ? this.#store.tables.projects.value : new Map(),
      metric: (run) => (metric === null ? headlineMetric(run.metrics) : this.metricOf(run))?.value ?? null,
      cost: (run) => runCosts(run, usage)[0]?.share ?? null,
    };
  }

  #pass(runs: readonly RunRow[]): readonly RunRow[] {
    const filter = this.choices.filter.value;
    const search = this.choices.search.value;
    const stalled: ReadonlySet<string> = filter === 'stalled' || search !== '' ? this.stalled.value : noIds;
    const names = search === '' ? null : this.#projectNames.value;
    const finds = searcher(search, (run) => names?.get(run.project_id ?? '') ?? '', stalled);
    if (filter === 'all' && !finds) return runs;
    return runs.filter((run) => matchesFilter(run, filter, stalled) && (!finds || finds(run)));
  }

  readonly #projectNames = computed(
    () =>
      new Map(
        Array.from(this.#store.tables.projects.value, ([id, { name }]) => [
          id,
          name.slice(0, 200).toLowerCase(),
        ]),
      ),
  );

  /** Keeps the order while one reads, unless it is another choice. */
  #hold(fresh: ReadonlySignal<readonly RunRow[]>): ReadonlySignal<readonly RunRow[]> {
    let chosen: unknown = null;
    let shown: readonly RunRow[] = [];
    return computed(() => {
      const holds = this.reading.value && chosen === this.choice.value;
      chosen = this.choice.value;
      shown = holds ? holdOrder(shown, fresh.value, this.byId.value) : fresh.value;
      return shown;
    });
  }

  #group(): ReadonlySignal<readonly Item[]> {
    let known: ReadonlyMap<string, RunGroup> = new Map();
    return computed(() => {
      if (!this.choices.grouped.value) return this.shown.value;
      const projects = this.#store.tables.projects.value;
      const items = groupRuns(this.shown.value, {
        projects,
        closed: this.choices.closed.value,
        isActive,
        known,
      });
      known = new Map(items.filter(isGroup).map((group) => [group.id, group]));
      return items;
    });
  }

  /** A deleted run is not compared any more. */
  #forgetDeleted(): void {
    effect(() => {
      const deleted = this.#store.gone.value?.training_runs.deleted ?? [];
      const marked = this.choices.marked.peek();
      if (marked.some((id) => deleted.includes(id)))
        this.choices.marked.value = marked.filter((id) => !deleted.includes(id));
    });
  }
}

const noIds: ReadonlySet<string> = new Set();

/** The same counts keep their identity, so that a step redraws none of them. */
function stable(counts: ReadonlySignal<RunCounts>): ReadonlySignal<RunCounts> {
  let known: RunCounts | null = null;
  return computed(() => {
    const next = counts.value;
    const before = known;
    if (!before || Object.entries(next).some(([filter, count]) => before[filter as RunFilter] !== count))
      known = next;
    return known ?? next;
  });
}
