import type { Signal } from '@preact/signals';
import { isRecord } from '../../shared/record.ts';
import { maxCompared } from '../../shared/runs.ts';
import type { ListPlace } from '../components/window.ts';
import { decodeText, decodeTexts, type UiState } from '../state/uiState.ts';
import { type ColumnId, columnIds, defaultColumns } from './columns.ts';
import { type RunFilter, runFilters } from './filter.ts';
import type { Sort } from './sort.ts';

const maxSearch = 200;
const maxClosed = 500;

/** What the user chose of the list of runs; kept. */
export class RunChoices {
  readonly filter: Signal<RunFilter>;
  readonly search: Signal<string>;
  /** Null is the list's own order. */
  readonly sort: Signal<Sort | null>;
  readonly grouped: Signal<boolean>;
  /** Ids of groups that are closed. */
  readonly closed: Signal<ReadonlySet<string>>;
  readonly columns: Signal<ReadonlySet<ColumnId>>;
  /** The metric of its column; null is the telling one of each run. */
  readonly metric: Signal<string | null>;
  /** Ids of runs to be compared, in the order in which they were marked. */
  readonly marked: Signal<readonly string[]>;
  /** The row at the top of the list; null at the very top. */
  readonly top: Signal<ListPlace | null>;

  constructor(ui: UiState) {
    this.filter = ui.keep('runFilter', (saved) => runFilters.find((filter) => filter === saved) ?? 'all');
    this.search = ui.keep('runSearch', (saved) => (decodeText(saved) ?? '').slice(0, maxSearch));
    this.sort = ui.keep('runSort', decodeSort);
    this.grouped = ui.keep('runGroups', (saved) => saved === true);
    this.closed = ui.keep<ReadonlySet<string>>(
      'runGroupsClosed',
      (saved) => new Set(decodeTexts(saved).slice(-maxClosed)),
      (closed) => [...closed].slice(-maxClosed),
    );
    this.columns = ui.keep<ReadonlySet<ColumnId>>('runColumns', decodeColumns, (columns) => [...columns]);
    this.metric = ui.keep('runMetric', decodeText);
    this.marked = ui.keep<readonly string[]>('comparedRuns', (saved) => [
      ...new Set(decodeTexts(saved).slice(0, maxCompared)),
    ]);
    this.top = ui.keepPosition('runTop', decodePlace);
  }
}

function decodeSort(saved: unknown): Sort | null {
  if (!isRecord(saved)) return null;
  const column = (['name', ...columnIds] as const).find((id) => id === saved.column);
  return column === undefined ? null : { column, descending: saved.descending === true };
}

function decodeColumns(saved: unknown): ReadonlySet<ColumnId> {
  if (!Array.isArray(saved)) return new Set(defaultColumns);
  return new Set(columnIds.filter((id) => saved.includes(id)));
}

function decodePlace(saved: unknown): ListPlace | null {
  if (!isRecord(saved)) return null;
  const { id, index } = saved;
  return typeof id === 'string' && Number.isSafeInteger(index) && Number(index) > 0
    ? { id, index: Number(index) }
    : null;
}
