import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { compareNames } from '../../shared/l10n.ts';
import type { ModelRow } from '../../shared/model.ts';
import type { RowPlace } from '../../shared/requests.ts';
import { betterOf } from '../state/better.ts';
import { OlderRows } from '../state/olderRows.ts';
import type { Requests } from '../state/requests.ts';
import type { Store } from '../state/store.ts';
import { decodeText, type UiState } from '../state/uiState.ts';
import { groupModels, type ModelGroup, newestFirst } from './modelGroups.ts';
import { type ModelSort, metricSort, plainSorts, sortMetric } from './words.ts';

/** Characters of a search that count, and of each text that is searched. */
const maxSearch = 100;
const maxSearched = 500;
/** Metrics that one can sort by. */
const maxMetrics = 12;

export interface ModelListOptions {
  readonly store: Store;
  readonly ui: UiState;
  readonly requests: Pick<Requests, 'ask'>;
}

/** The list of models: what the user chose of it, and what it shows. */
export class ModelList {
  readonly search: Signal<string>;
  /** The status that is shown; null for all. */
  readonly status: Signal<string | null>;
  readonly sort: Signal<ModelSort>;
  /** Models of the chosen project, newest first. */
  readonly models: ReadonlySignal<readonly ModelRow[]>;
  readonly groups: ReadonlySignal<readonly ModelGroup[]>;
  /** How many names there are in the project, whatever the filter. */
  readonly names: ReadonlySignal<number>;
  /** Statuses that there are, and how often. */
  readonly statuses: ReadonlySignal<ReadonlyMap<string, number>>;
  /** Metrics that can be sorted by, the most frequent first. */
  readonly metrics: ReadonlySignal<readonly string[]>;
  /** Versions of every name of all projects, newest first. */
  readonly byName: ReadonlySignal<ReadonlyMap<string, readonly ModelRow[]>>;
  readonly older: OlderRows<'models'>;
  /** How many versions of a group are drawn, where more were asked for; not kept. */
  readonly drawn = signal<ReadonlyMap<string, number>>(new Map());

  constructor({ store, ui, requests }: ModelListOptions) {
    this.search = ui.keep('modelSearch', (saved) => (decodeText(saved) ?? '').slice(0, maxSearch));
    this.status = ui.keep('modelStatus', decodeText);
    this.sort = ui.keep('modelSort', decodeSort);
    this.older = new OlderRows({
      store,
      table: 'models',
      from: () => placeFrom(store.status.value?.modelsFrom ?? null),
      ask: async (before) => {
        const { models: rows, next } = await requests.ask('olderModels', { before });
        return { rows, next };
      },
    });
    const sorted = computed(() => newestFirst(this.older.byId.value.values()));
    this.byName = computed(() => groupBy(sorted.value, ({ name }) => name));
    this.models = computed(() => {
      const project = ui.project.value;
      return project === null ? sorted.value : sorted.value.filter((m) => m.project_id === project);
    });
    this.names = computed(() => new Set(this.models.value.map(({ name }) => name)).size);
    this.statuses = computed(() => count(this.models.value.map(({ status }) => status)));
    this.metrics = computed(() => this.#metrics());
    this.groups = this.#groups();
  }

  get isFiltered(): boolean {
    return this.status.value !== null || this.search.value.trim() !== '';
  }

  clear(): void {
    this.status.value = null;
    this.search.value = '';
  }

  #groups(): ReadonlySignal<readonly ModelGroup[]> {
    let held: readonly ModelGroup[] = [];
    return computed(() => {
      held = groupModels(this.models.value, filterOf(this.status.value, this.search.value), held);
      return sortGroups(held, this.sort.value);
    });
  }

  #metrics(): string[] {
    const names = this.models.value.flatMap(({ metrics }) =>
      Object.keys(metrics).filter((name) => Number.isFinite(metrics[name])),
    );
    const chosen = sortMetric(this.sort.value);
    const found = [...count(names)].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1)).map(([name]) => name);
    const head = found.slice(0, maxMetrics);
    return chosen === null || head.includes(chosen) ? head : [...head, chosen];
  }
}

/** Before all models of a time, of which only a part may be held. */
function placeFrom(at: string | null): RowPlace | null {
  return at === null ? null : { at, id: 'ffffffff-ffff-ffff-ffff-ffffffffffff' };
}

function decodeSort(saved: unknown): ModelSort {
  if (typeof saved !== 'string') return 'newest';
  const metric = saved.startsWith('metric:') ? sortMetric(saved as ModelSort) : null;
  if (metric) return metricSort(metric);
  return plainSorts.find((sort) => sort === saved) ?? 'newest';
}

/** Every word of the search has to be somewhere in a model. */
function filterOf(status: string | null, search: string): (model: ModelRow) => boolean {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return (model) => {
    if (status !== null && model.status !== status) return false;
    return words.length === 0 || words.every((word) => searched(model).includes(word));
  };
}

/** Rows never change in place, so what is searched of each is made once. */
const texts = new WeakMap<ModelRow, string>();

function searched(model: ModelRow): string {
  let text = texts.get(model);
  if (text === undefined) {
    const { name, version, status, base_model, description, tags } = model;
    text = [name, version, status, base_model ?? '', description ?? '', tags.slice(0, 50).join(' ')]
      .map((part) => part.slice(0, maxSearched))
      .join('\n')
      .toLowerCase();
    texts.set(model, text);
  }
  return text;
}

/** Groups come with the newest first, which also orders what is equal otherwise. A group counts as its newest version. */
function sortGroups(groups: readonly ModelGroup[], sort: ModelSort): readonly ModelGroup[] {
  if (sort === 'newest') return groups;
  if (sort === 'name') return [...groups].sort((a, b) => compareNames(a.name, b.name));
  const metric = sortMetric(sort);
  const sign = metric !== null && betterOf(metric) === 'lower' ? 1 : -1;
  const ranked = ({ versions: [newest] }: ModelGroup): number | null => {
    const value = metric === null ? newest.size_bytes : newest.metrics[metric];
    return typeof value === 'number' && Number.isFinite(value) ? value : null;
  };
  return groups
    .map((group) => ({ group, value: ranked(group) }))
    .sort((a, b) => {
      // What has no value comes last, either way.
      if (a.value === null || b.value === null) return Number(a.value === null) - Number(b.value === null);
      return sign * (a.value - b.value);
    })
    .map(({ group }) => group);
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const found = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const list = found.get(key);
    if (list) list.push(item);
    else found.set(key, [item]);
  }
  return found;
}

function count(items: readonly string[]): Map<string, number> {
  const found = new Map<string, number>();
  for (const item of items) found.set(item, (found.get(item) ?? 0) + 1);
  return found;
}
