import type { DashboardCommand } from '../shared/protocol.ts';
import type { UsageRange } from '../shared/usage.ts';
import type { Host } from './host.ts';
import type { RunFilter, SectionName, UiState } from './state/uiState.ts';

/** What the user can do. Components call these and know nothing of messages. */
export interface Actions {
  run(command: DashboardCommand): void;
  selectRange(range: UsageRange): void;
  selectMetric(metric: string): void;
  toggleTable(): void;
  filterRuns(filter: RunFilter): void;
  toggleOpen(id: string): void;
  /** Draws this many rows of a section's list. */
  showRows(section: SectionName, count: number): void;
  scrolledTo(top: number): void;
  /** Opens or closes the sheet "Sync details". */
  showDetails(open: boolean): void;
  /** Puts a text on the clipboard; `what` tells which, for the button that asked. */
  copy(what: string, text: string): void;
  /** A component failed; the log of the extension hears of it. */
  report(where: string, error: unknown): void;
}

export function createActions(host: Host, ui: UiState): Actions {
  return {
    run: (command) => host.post({ type: 'command', command }),
    selectRange: (range) => {
      ui.range.value = range;
    },
    selectMetric: (metric) => {
      ui.metric.value = metric;
    },
    toggleTable: () => {
      ui.table.value = !ui.table.peek();
    },
    filterRuns: (filter) => {
      ui.runFilter.value = filter;
    },
    toggleOpen: (id) => ui.toggleOpen(id),
    showRows: (section, count) => {
      ui.shown.value = { ...ui.shown.peek(), [section]: count };
    },
    scrolledTo: (top) => {
      ui.scroll.value = Math.max(0, Math.round(top));
    },
    showDetails: (open) => {
      ui.details.value = open;
    },
    copy: (what, text) => host.post({ type: 'copy', what, text }),
    report: (where, error) => {
      const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
      host.post({ type: 'log', level: 'error', message: `${where}: ${detail.slice(0, 2_000)}` });
    },
  };
}
