import type { ProjectRow, RunRow } from '../../shared/model.ts';
import {
  compareNewest,
  lastHeartbeat,
  runDuration,
  runFinish,
  runMoment,
  runPace,
  runProgress,
  runState,
} from '../../shared/runs.ts';
import type { ColumnId } from './columns.ts';

export type SortColumn = 'name' | ColumnId;
export interface Sort {
  readonly column: SortColumn;
  readonly descending: boolean;
}

/** What keys are made of besides the run: another object when one of it is another. */
export interface SortContext {
  /** Server clock, ms since 1970, as precise as a minute. */
  readonly now: number;
  readonly silence: number;
  readonly projects: ReadonlyMap<string, ProjectRow>;
  /** The number that the column "Metric" shows of a run. */
  readonly metric: (run: RunRow) => number | null;
  /** Share of what is left of a limit. */
  readonly cost: (run: RunRow) => number | null;
}

type Key = number | string | null;

interface Keyed {
  readonly run: RunRow;
  readonly key: Key;
  readonly phase: number;
  readonly at: number;
}

/**
 * Runs in their order, kept up to date: of thousands only those that changed are sorted again. Running, then queued,
 * then ended ones, the newest first; the id breaks ties, so that the order never flickers.
 */
export class RunOrder {
  #sort: Sort | null = null;
  #context: SortContext | null = null;
  #known = new Map<string, Keyed>();
  #order: readonly Keyed[] = [];
  #runs: readonly RunRow[] = [];

  update(
    rows: ReadonlyMap<string, RunRow>,
    sort: Sort | null,
    context: SortContext | null,
  ): readonly RunRow[] {
    if (sort !== this.#sort || context !== this.#context) {
      this.#sort = sort;
      this.#context = context;
      this.#known = new Map();
      this.#order = [];
    }
    const changed: Keyed[] = [];
    for (const run of rows.values()) {
      if (this.#known.get(run.id)?.run === run) continue;
      const keyed = this.#keyed(run);
      this.#known.set(run.id, keyed);
      changed.push(keyed);
    }
    if (changed.length === 0 && rows.size === this.#order.length) return this.#runs;
    const kept = this.#order.filter(({ run }) => rows.get(run.id) === run);
    if (this.#known.size > rows.size)
      for (const id of this.#known.keys()) if (!rows.has(id)) this.#known.delete(id);
    const compare = (a: Keyed, b: Keyed): number => this.#compare(a, b);
    this.#order = merge(kept, changed.sort(compare), compare);
    this.#runs = this.#order.map(({ run }) => run);
    return this.#runs;
  }

  #keyed(run: RunRow): Keyed {
    const key = this.#sort && this.#context ? keyOf(run, this.#sort.column, this.#context) : null;
    return { run, key, phase: phase(run), at: runMoment(run) };
  }

  #compare(a: Keyed, b: Keyed): number {
    return (
      compareKeys(a.key, b.key, this.#sort?.descending === true) ||
      a.phase - b.phase ||
      compareNewest(a.at, b.at) ||
      (a.run.id < b.run.id ? -1 : a.run.id > b.run.id ? 1 : 0)
    );
  }
}

/** Two sorted lists as one; of equals those of the first come first. */
function merge<T>(a: readonly T[], b: readonly T[], compare: (a: T, b: T) => number): readonly T[] {
  if (b.length === 0) return a;
  const all: T[] = [];
  let next = 0;
  for (const item of a) {
    for (let other = b[next]; other !== undefined && compare(other, item) < 0; other = b[next]) {
      all.push(other);
      next += 1;
    }
    all.push(item);
  }
  for (; next < b.length; next++) all.push(b[next] as T);
  return all;
}

/** What is unknown comes last, whichever way the others go. */
function compareKeys(a: Key, b: Key, descending: boolean): number {
  if (a === b) return 0;
  if (a === null || b === null) return a === null ? 1 : -1;
  const order = a < b ? -1 : a > b ? 1 : 0;
  return descending ? -order : order;
}

function keyOf(run: RunRow, column: SortColumn, context: SortContext): Key {
  switch (column) {
    case 'name':
      return nameKey(run.name);
    case 'status':
      return statusRanks.indexOf(runState(run, context.now, context.silence));
    case 'progress':
      return runProgress(run);
    case 'step':
      return run.step;
    case 'rate':
      return runPace(run);
    case 'eta':
      return run.status === 'running' && runState(run, context.now, context.silence) === 'stalled'
        ? null
        : runFinish(run);
    case 'metric':
      return context.metric(run);
    case 'cost':
      return context.cost(run);
    case 'beat':
      return moment(lastHeartbeat(run));
    case 'started':
      return moment(Date.parse(run.started_at ?? ''));
    case 'duration':
      return moment(runDuration(run, context.now));
    case 'project': {
      const name = context.projects.get(run.project_id ?? '')?.name;
      return name === undefined ? null : nameKey(name);
    }
    default:
      return column satisfies never;
  }
}

const statusRanks = [
  'running',
  'stalled',
  'queued',
  'failed',
  'stopped',
  'cancelled',
  'completed',
  'unknown',
];

function phase({ status }: RunRow): number {
  return status === 'running' ? 0 : status === 'queued' ? 1 : 2;
}

function moment(at: number | null): number | null {
  return at !== null && Number.isFinite(at) ? at : null;
}

/** `run-2` before `run-10`, as text that compares by itself: a collator takes ten times as long for thousands. */
export function nameKey(name: string): string {
  return name
    .slice(0, 200)
    .toLowerCase()
    .replace(/\d+/g, (digits) => digits.padStart(12, '0'));
}
