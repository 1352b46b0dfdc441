import type { RowChange } from '../../shared/changes.ts';
import type { RunRow } from '../../shared/model.ts';
import { isActive, lastHeartbeat, runState } from '../../shared/runs.ts';
import { type RunNewsKind, runNewsKinds } from '../platform/config.ts';

/** One thing that happened to one run. */
export interface RunNews {
  readonly kind: RunNewsKind;
  readonly run: RunRow;
  /** Names this very thing, the same in every window. */
  readonly key: string;
}

/** An end that is found later than this after it, as after a weekend, is no news any more, ms. */
const oldNews = 24 * 3_600_000;

/**
 * The ends of runs among changes of rows. A run that was not held before is news only when it ended after `since`: a
 * first picture, and rows that come back into what is held, tell of ends long known. All times are the server's.
 */
export function endsAmong(changes: readonly RowChange[], since: number, now: number): RunNews[] {
  return changes.flatMap((change): RunNews[] => {
    if (change.table !== 'training_runs' || !change.new) return [];
    const { new: run, old } = change;
    const kind = endOf(run);
    if (kind === null || (old && !isActive(old))) return [];
    const ended = Date.parse(run.finished_at ?? run.updated_at);
    if (old ? now - ended > oldNews : !(ended > since)) return [];
    return [{ kind, run, key: `run ${run.id} ${run.status} ${run.finished_at ?? ''}` }];
  });
}

/** A run that the user has cancelled is no news to them. */
function endOf({ status }: RunRow): RunNewsKind | null {
  if (status === 'completed') return status;
  return status === 'failed' || status === 'stopped' ? 'failed' : null;
}

/** Runs that fell silent for longer than `silence` (ms) after `since`, as the rows of `asOf` say; server times. */
export function stalledAmong(
  runs: Iterable<RunRow>,
  silence: number,
  since: number,
  asOf: number,
): RunNews[] {
  const news: RunNews[] = [];
  for (const run of runs) {
    if (runState(run, asOf, silence) !== 'stalled') continue;
    const heartbeat = lastHeartbeat(run);
    if (heartbeat + silence > since)
      news.push({ kind: 'stalled', run, key: `stalled ${run.id} ${heartbeat}` });
  }
  return news;
}

/** What the setting is to say once `kind` is muted too: every kind, because one that it leaves out is told. */
export function withoutKind(told: ReadonlySet<RunNewsKind>, kind: RunNewsKind): Record<string, boolean> {
  return Object.fromEntries(runNewsKinds.map((each) => [each, each !== kind && told.has(each)]));
}
