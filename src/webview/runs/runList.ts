import { computed, type ReadonlySignal, type Signal } from '@preact/signals';
import type { RunRow } from '../../shared/model.ts';
import { isActive, sortRuns } from '../../shared/runs.ts';
import type { Store } from '../state/store.ts';
import type { UiState } from '../state/uiState.ts';

export const runFilters = ['all', 'active', 'finished'] as const;
export type RunFilter = (typeof runFilters)[number];

/** The list of training runs: what the user chose of it, and what it shows. */
export class RunList {
  readonly filter: Signal<RunFilter>;
  readonly shown: ReadonlySignal<readonly RunRow[]>;
  readonly counts: ReadonlySignal<{ readonly active: number; readonly finished: number }>;

  constructor({ store, ui }: { readonly store: Store; readonly ui: UiState }) {
    this.filter = ui.keep('runFilter', (saved) => runFilters.find((filter) => filter === saved) ?? 'all');
    const sorted = computed(() => sortRuns(store.tables.training_runs.value.values()));
    this.shown = computed(() => {
      const filter = this.filter.value;
      return filter === 'all'
        ? sorted.value
        : sorted.value.filter((run) => isActive(run) === (filter === 'active'));
    });
    this.counts = computed(() => {
      const active = sorted.value.filter(isActive).length;
      return { active, finished: sorted.value.length - active };
    });
  }
}
