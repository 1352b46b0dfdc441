import { computed, type ReadonlySignal } from '@preact/signals';
import type { RunRow } from '../../../shared/model.ts';
import type { RowPlace } from '../../../shared/requests.ts';
import type { Store } from '../../state/store.ts';

/** Whether a run is among the rows, and if not, what is known of why. */
export type Presence = 'here' | 'deleted' | 'released' | 'missing';

/** A run as it is, or as it was last known. */
export interface RunView {
  readonly row: RunRow | null;
  readonly presence: Presence;
}

/**
 * Follows a run through updates and its end: what was deleted stays as it was last known. The rows of another
 * account or backend are other rows.
 */
export function followRun(
  id: string,
  rows: ReadonlySignal<ReadonlyMap<string, RunRow>>,
  store: Store,
): ReadonlySignal<RunView> {
  let held: {
    readonly row: RunRow;
    readonly life: string | null;
    gone: 'deleted' | 'released' | null;
  } | null = null;
  return computed(() => {
    const row = rows.value.get(id);
    const life = store.life.value;
    const told = store.gone.value?.training_runs;
    if (row) {
      held = { row, life, gone: null };
      return { row, presence: 'here' };
    }
    if (held?.life !== life) held = null;
    if (!held) return { row: null, presence: 'missing' };
    // What the next patch takes away says nothing of this one.
    held.gone ??= told?.deleted.includes(id)
      ? 'deleted'
      : told?.released.includes(id)
        ? 'released'
        : goneFrom(held.row, store.status.peek()?.runsFrom ?? null);
    return { row: held.row, presence: held.gone };
  });
}

/** Of what lies before the place from which all runs are held, a snapshot does not tell whether it was deleted. */
function goneFrom(run: RunRow, from: RowPlace | null): 'deleted' | 'released' {
  if (from === null) return 'deleted';
  return Date.parse(run.created_at) > Date.parse(from.at) ? 'deleted' : 'released';
}
