import type { RunRow } from '../../shared/model.ts';
import { isActive } from '../../shared/runs.ts';
import type { PulledChange } from './transport.ts';

/** A snapshot leaves out what would make it larger than this, bytes of the rows' JSON. */
const mostBytes = 1_900_000;
/**
 * It does not say whether it did. Up to this size it did not: only a row as large as all others together would not
 * have fitted in. Beyond it may have had all rows, and then older ones are asked for in vain, once.
 */
const surelyWhole = mostBytes / 2;
/** Behind every id of the same time, of which only a part may have been answered. */
const lastId = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/**
 * The place after which a snapshot of `sync_pull` has every run, if it may have been cut for its size; else null.
 * It fills up rank by rank, finished runs in the last but one, newest first, and models in the last: one of them
 * proves that no run was left out. `now`: server clock, ms since 1970.
 */
export function runsCut(snapshot: readonly PulledChange[], now: number): string | null {
  const rows = snapshot.flatMap((change) => (change.kind === 'row' ? [change] : []));
  if (rows.some(({ table }) => table === 'models')) return null;
  if (sizeOf(rows.map(({ row }) => row)) <= surelyWhole) return null;
  const finished = rows.flatMap(({ table, row }) =>
    table === 'training_runs' && !isActive(row as RunRow) ? [row.created_at] : [],
  );
  return `${finished.sort()[0] ?? new Date(now).toISOString()} ${lastId}`;
}

function sizeOf(rows: readonly unknown[]): number {
  return new TextEncoder().encode(JSON.stringify(rows)).byteLength;
}
