import { batch } from '@preact/signals';
import type { DashboardCommand, ShowTarget } from '../shared/protocol.ts';
import type { UsageRange } from '../shared/usage.ts';
import type { Host } from './host.ts';
import { findVersion, groupKey } from './models/modelGroups.ts';
import type { ModelList } from './models/modelList.ts';
import type { ModelSort } from './models/words.ts';
import type { ProjectEdits } from './projects/projectEdits.ts';
import type { RunFilter } from './runs/filter.ts';
import type { RunList } from './runs/runList.ts';
import type { SectionName, Sheet, UiState } from './state/uiState.ts';
import type { Views } from './state/views.ts';
import type { TimelineKind } from './timeline/filter.ts';
import { pageRows, type Timeline } from './timeline/timeline.ts';

/** What the user can do. Components call these and know nothing of messages. */
export interface Actions {
  run(command: DashboardCommand): void;
  selectRange(range: UsageRange): void;
  selectMetric(metric: string): void;
  filterRuns(filter: RunFilter): void;
  toggleOpen(id: string): void;
  /** Opens a row, or closes it together with the rows inside it. */
  setOpen(isOpen: boolean, id: string, inside: readonly string[]): void;
  /** Narrows the timeline to a kind; null shows all. */
  filterKind(kind: TimelineKind | null): void;
  /** Narrows every section to a project; null shows all. */
  chooseProject(id: string | null): void;
  searchModels(text: string): void;
  /** By status; null shows all. */
  filterModels(status: string | null): void;
  clearModelFilter(): void;
  sortModels(sort: ModelSort): void;
  /** Draws this many versions of a name. */
  showVersions(name: string, count: number): void;
  /** Asks for older entries of the timeline. */
  showOlder(): void;
  /** Leads to the row of a run, model or project: nothing hides it, it is open, and it has the focus. */
  revealRun(id: string): void;
  revealModel(id: string): void;
  revealProject(id: string): void;
  /** Brings into sight what was asked for outside of the page. */
  show(target: ShowTarget): void;
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

/** What actions reach. */
export interface Reach {
  readonly host: Host;
  readonly ui: UiState;
  readonly views: Views;
  readonly runs: RunList;
  readonly models: ModelList;
  readonly edits: ProjectEdits;
  readonly timeline: Timeline;
}

export function createActions({ host, ui, views, runs, models, edits, timeline }: Reach): Actions {
  const draw = (section: SectionName, count: number): void => {
    const shown = ui.shown.peek();
    if (count > (shown[section] ?? 0)) ui.shown.value = { ...shown, [section]: count };
  };
  const isArchived = (id: string): boolean =>
    views.projectOptions.peek().some((project) => project.id === id && project.archived);
  const actions: Actions = {
    run: (command) => host.post({ type: 'command', command }),
    selectRange: (range) => {
      ui.range.value = range;
    },
    selectMetric: (metric) => {
      ui.metric.value = metric;
    },
    filterRuns: (filter) => {
      runs.filter.value = filter;
    },
    toggleOpen: (id) => ui.toggleOpen(id),
    setOpen: (isOpen, id, inside) => ui.setOpen(isOpen, id, inside),
    filterKind: (kind) => {
      ui.timelineKind.value = kind;
    },
    chooseProject: (id) => {
      batch(() => {
        ui.project.value = id;
        // The row of what is chosen is in sight.
        if (id !== null && isArchived(id)) edits.archiveShown.value = true;
      });
    },
    searchModels: (text) => {
      models.search.value = text;
    },
    filterModels: (status) => {
      models.status.value = status;
    },
    clearModelFilter: () => batch(() => models.clear()),
    sortModels: (sort) => {
      models.sort.value = sort;
    },
    showVersions: (name, count) => {
      models.drawn.value = new Map(models.drawn.peek()).set(groupKey(name), count);
    },
    showOlder: () => {
      draw('activity', timeline.entries.peek().length + pageRows);
      timeline.askOlder();
    },
    revealRun: (id) => {
      runs.uncover(id);
      ui.revealed.value = { section: 'runs', id };
    },
    revealModel: (id) => {
      const place = () => findVersion(models.groups.peek(), id);
      batch(() => {
        if (!place()) models.clear();
        if (!place()) ui.project.value = null;
        const found = place();
        if (!found) return;
        const { group, at, version } = found;
        draw('models', at + 1);
        const key = groupKey(group.name);
        const drawn = models.drawn.peek();
        if (version >= (drawn.get(key) ?? 0)) models.drawn.value = new Map(drawn).set(key, version + 1);
        if (group.total > 1) ui.setOpen(true, key);
        ui.setOpen(true, id);
        ui.revealed.value = { section: 'models', id };
      });
    },
    revealProject: (id) => {
      if (isArchived(id)) edits.archiveShown.value = true;
      draw('projects', views.projects.peek().findIndex(({ project }) => project.id === id) + 1);
      ui.revealed.value = { section: 'projects', id };
    },
    show: (target) => {
      if (target.kind === 'details') return actions.showSheet({ kind: 'sync' });
      if (target.kind === 'run') return actions.showSheet({ kind: 'run', id: target.id });
      if (target.kind === 'compare') {
        runs.mark(target.ids);
        return actions.showSheet({ kind: 'compare' });
      }
      actions.showSheet(null);
      if (target.kind === 'model') return actions.revealModel(target.id);
      if (target.kind === 'allProjects') return actions.chooseProject(null);
      if (target.kind === 'project') {
        actions.chooseProject(target.id);
        return actions.revealProject(target.id);
      }
      ui.wanted.value = target.kind;
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
  return actions;
}
