import { computed } from '@preact/signals';
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { Formats } from '../shared/format.ts';
import { type Actions, createActions } from './actions.ts';
import { ChartChoices, type ChartCode } from './charts/choices.ts';
import { type MeasureList, measureList as measureDom } from './components/window.ts';
import type { Host } from './host.ts';
import { ModelList } from './models/modelList.ts';
import { ProjectEdits } from './projects/projectEdits.ts';
import { RunSheetChoices } from './runs/detail/choices.ts';
import { RunList } from './runs/runList.ts';
import { Clock } from './state/clock.ts';
import { Requests } from './state/requests.ts';
import { SectionSizes } from './state/sectionSizes.ts';
import { Store } from './state/store.ts';
import { UiState } from './state/uiState.ts';
import { createViews, type Views } from './state/views.ts';
import { Timeline } from './timeline/timeline.ts';

/** What every component may reach: read-only state, and the actions that are the only way to change it. */
export interface Dashboard {
  readonly store: Store;
  readonly ui: UiState;
  readonly views: Views;
  readonly runs: RunList;
  readonly runSheets: RunSheetChoices;
  readonly models: ModelList;
  readonly edits: ProjectEdits;
  readonly sizes: SectionSizes;
  readonly timeline: Timeline;
  readonly requests: Requests;
  readonly clock: Clock;
  readonly formats: Formats;
  readonly actions: Actions;
  readonly measureList: MeasureList;
  readonly charts: ChartChoices;
}

export interface DashboardOptions {
  readonly host: Host;
  /** BCP 47, of numbers and dates. */
  readonly locale: string;
  /** Loads what draws charts, with the first that is drawn. */
  readonly loadCharts: () => Promise<ChartCode>;
  /** Reads the sizes of lists from the DOM unless given. */
  readonly measureList?: MeasureList;
  /** This machine's clock, ms since 1970. */
  readonly now?: () => number;
  /** The machine's own unless given. */
  readonly timeZone?: string;
}

export function createDashboard(options: DashboardOptions): Dashboard {
  const { host, locale, loadCharts, now, timeZone, measureList = measureDom } = options;
  const store = new Store();
  const ui = new UiState(host.getState());
  const clock = new Clock(
    computed(() => store.status.value?.clockOffset ?? 0),
    now,
  );
  const formats = new Formats(locale, timeZone);
  const views = createViews(store, ui, clock);
  const requests = new Requests(host);
  const runs = new RunList({ store, ui, clock, views, requests });
  const runSheets = new RunSheetChoices(ui);
  const models = new ModelList({ store, ui, requests });
  const timeline = new Timeline({ host, store, ui, formats });
  const edits = new ProjectEdits({ store, ui, requests, onCreated: (id) => actions.revealProject(id) });
  const actions = createActions({ host, ui, views, runs, models, edits, timeline });
  return {
    store,
    ui,
    clock,
    views,
    runs,
    runSheets,
    models,
    edits,
    sizes: new SectionSizes(ui),
    timeline,
    requests,
    formats,
    actions,
    measureList,
    charts: new ChartChoices(ui, loadCharts),
  };
}

const context = createContext<Dashboard | null>(null);
export const DashboardProvider = context.Provider;

export function useDashboard(): Dashboard {
  const dashboard = useContext(context);
  if (!dashboard) throw new Error('No DashboardProvider above this component.');
  return dashboard;
}
