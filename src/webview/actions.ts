import { batch } from '@preact/signals';
import type { TimelineFilter } from '../shared/activity.ts';
import type { DashboardCommand } from '../shared/protocol.ts';
import type { UsageRange } from '../shared/usage.ts';
import type { Host } from './host.ts';
import type { RunFilter, RunList } from './runs/runList.ts';
import type { SectionName, Sheet, UiState } from './state/uiState.ts';
import type { Views } from './state/views.ts';
import { pageRows, type Timeline } from './timeline/timeline.ts';

/** What the user can do. Components call these and know nothing of messages. */
export interface Actions {
  run(command: DashboardCommand): void;
  selectRange(range: UsageRange): void;
  selectMetric(metric: string): void;
  toggleTable(): void;
  filterRuns(filter: RunFilter): void;
  toggleOpen(id: string): void;
  /** Opens a row, or closes it together with the rows inside it. */
  setOpen(isOpen: boolean, id: string, inside: readonly string[]): void;
  filterTimeline(filter: TimelineFilter): void;
  /** Asks for older entries of the timeline. */
  showOlder(): void;
  /** Leads to the row of a run or project: nothing hides it, it is open, and it has the focus. */
  revealRun(id: string): void;
  revealProject(id: string): void;
  /** The row that was led to is seen. */
  revealed(): void;
  /** Draws this many rows of a section's list. */
  showRows(section: SectionName, count: number): void;
  scrolledTo(top: number): void;
  /** Opens a sheet in the place of any other, or closes it. */
  showSheet(sheet: Sheet | null): void;
  /** Puts a text on the clipboard; `what` tells which, for the button that asked. */
  copy(what: string, text: string): void;
  /** A component failed; the log of the extension hears of it. */
  report(where: string, error: unknown): void;
}

/** What actions reach beyond the host. */
export interface Reach {
  readonly host: Host;
  readonly ui: UiState;
  readonly views: Views;
  readonly runs: RunList;
  readonly timeline: Timeline;
}

export function createActions({ host, ui, views, runs, timeline }: Reach): Actions {
  const draw = (section: SectionName, count: number): void => {
    const shown = ui.shown.peek();
    if (count > (shown[section] ?? 0)) ui.shown.value = { ...shown, [section]: count };
  };
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
      runs.filter.value = filter;
    },
    toggleOpen: (id) => ui.toggleOpen(id),
    setOpen: (isOpen, id, inside) => ui.setOpen(isOpen, id, inside),
    filterTimeline: (filter) => {
      batch(() => {
        ui.timelineKind.value = filter.kind;
        ui.project.value = filter.project;
      });
    },
    showOlder: () => {
      draw('activity', timeline.entries.peek().length + pageRows);
      timeline.askOlder();
    },
    revealRun: (id) => {
      const place = () => runs.shown.peek().findIndex((run) => run.id === id);
      if (place() < 0) runs.filter.value = 'all';
      draw('runs', place() + 1);
      ui.setOpen(true, id);
      ui.revealed.value = { section: 'runs', id };
    },
    revealProject: (id) => {
      draw('projects', views.projects.peek().findIndex(({ project }) => project.id === id) + 1);
      ui.revealed.value = { section: 'projects', id };
    },
    revealed: () => {
      ui.revealed.value = null;
    },
    showRows: (section, count) => {
      ui.shown.value = { ...ui.shown.peek(), [section]: count };
    },
    scrolledTo: (top) => {
      ui.scroll.value = Math.max(0, Math.round(top));
    },
    showSheet: (sheet) => {
      ui.sheet.value = sheet;
    },
    copy: (what, text) => host.post({ type: 'copy', what, text }),
    report: (where, error) => {
      const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
      host.post({ type: 'log', level: 'error', message: `${where}: ${detail.slice(0, 2_000)}` });
    },
  };
}
