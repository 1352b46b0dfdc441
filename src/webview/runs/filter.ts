import type { RunRow } from '../../shared/model.ts';
import { runStateName, statusName } from '../../shared/names.ts';
import { isActive } from '../../shared/runs.ts';

export const runFilters = ['all', 'active', 'finished', 'failed', 'stalled'] as const;
export type RunFilter = (typeof runFilters)[number];
export type RunCounts = Readonly<Record<RunFilter, number>>;

/** `stalled` holds the ids of those that fell silent. */
export function matchesFilter(run: RunRow, filter: RunFilter, stalled: ReadonlySet<string>): boolean {
  switch (filter) {
    case 'all':
      return true;
    case 'active':
      return isActive(run);
    case 'finished':
      return !isActive(run);
    case 'failed':
      return run.status === 'failed';
    case 'stalled':
      return stalled.has(run.id);
    default:
      return filter satisfies never;
  }
}

export function countRuns(runs: Iterable<RunRow>, stalled: ReadonlySet<string>): RunCounts {
  const counts = { all: 0, active: 0, finished: 0, failed: 0, stalled: 0 };
  for (const run of runs) {
    counts.all += 1;
    if (isActive(run)) counts.active += 1;
    else counts.finished += 1;
    if (run.status === 'failed') counts.failed += 1;
    if (stalled.has(run.id)) counts.stalled += 1;
  }
  return counts;
}

/** How much of a text is searched: a megabyte in each of thousands of rows would stop the page. */
const searched = 2_000;
/** Rows never change in place, so that what is searched of them is made once. */
const texts = new WeakMap<RunRow, string>();

/** Name, status as it is shown and error, in small letters. */
function textOf(run: RunRow, stalled: ReadonlySet<string>): string {
  let text = texts.get(run);
  if (text === undefined) {
    const parts = [run.name, statusName(run.status), run.error ?? ''];
    text = parts.map((part) => part.slice(0, searched).toLowerCase()).join('\n');
    texts.set(run, text);
  }
  return stalled.has(run.id) ? `${text}\n${runStateName(run.status, 'stalled').toLowerCase()}` : text;
}

/** Tells which runs a search finds; every word of it must be found. Null when it looks for nothing. */
export function searcher(
  search: string,
  projectName: (run: RunRow) => string,
  stalled: ReadonlySet<string>,
): ((run: RunRow) => boolean) | null {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return null;
  return (run) => {
    const text = textOf(run, stalled);
    return words.every(
      (word) => text.includes(word) || run.id.startsWith(word) || projectName(run).includes(word),
    );
  };
}
