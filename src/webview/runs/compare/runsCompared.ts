import { computed, type ReadonlySignal } from '@preact/signals';
import type { RunRow } from '../../../shared/model.ts';
import type { Store } from '../../state/store.ts';
import { followRun, type Presence, type RunView } from '../detail/presence.ts';
import type { RunList } from '../runList.ts';

/** One run of the comparison. */
export interface Compared {
  readonly id: string;
  /** In the palette: it keeps its colour when another one goes. */
  readonly place: number;
  /** As it is, or as it was last known; null when nobody knows. */
  readonly row: RunRow | null;
  readonly presence: Presence;
}

export interface Comparison {
  readonly runs: readonly Compared[];
  /** Runs that were deleted while they were compared, and so are marked no longer. */
  readonly deleted: readonly RunRow[];
}

/** The marked runs in the order in which they were marked, each followed as long as it is marked. */
export function comparedRuns(
  { marked, byId }: Pick<RunList, 'marked' | 'byId'>,
  store: Store,
): ReadonlySignal<Comparison> {
  const views = new Map<string, { readonly place: number; readonly run: ReadonlySignal<RunView> }>();
  let held: Comparison = { runs: [], deleted: [] };
  return computed(() => {
    const ids = marked.value;
    const deleted = [...held.deleted];
    for (const [id, { run }] of views) {
      if (ids.includes(id)) continue;
      const { row, presence } = run.value;
      if (row && presence === 'deleted') deleted.push(row);
      views.delete(id);
    }
    const runs = ids.map((id, i) => {
      const view = views.get(id) ?? { place: freePlace(views.values()), run: followRun(id, byId, store) };
      views.set(id, view);
      const { place } = view;
      const { row, presence } = view.run.value;
      const before = held.runs[i];
      return before?.id === id && before.row === row && before.presence === presence
        ? before
        : { id, place, row, presence };
    });
    const same =
      runs.length === held.runs.length &&
      runs.every((each, i) => each === held.runs[i]) &&
      deleted.length === held.deleted.length;
    if (!same) held = { runs, deleted };
    return held;
  });
}

function freePlace(taken: Iterable<{ readonly place: number }>): number {
  const places = new Set(Array.from(taken, ({ place }) => place));
  let place = 0;
  while (places.has(place)) place += 1;
  return place;
}
