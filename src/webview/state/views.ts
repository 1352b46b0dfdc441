import { computed, type ReadonlySignal } from '@preact/signals';
import { shownName } from '../../shared/format.ts';
import { compareNames, t } from '../../shared/l10n.ts';
import { lookup } from '../../shared/lookup.ts';
import type { ProjectRow, SubscriptionRow } from '../../shared/model.ts';
import { compareMetrics } from '../../shared/names.ts';
import { compareNewest, isActive, lastHeartbeat } from '../../shared/runs.ts';
import {
  currentPeriod,
  currentSubscription,
  type MetricUsage,
  type Period,
  usageByMetric,
} from '../../shared/usage.ts';
import type { Clock } from './clock.ts';
import type { Store } from './store.ts';
import type { UiState } from './uiState.ts';

/** Why a section draws rows, a skeleton or a sentence. */
export type Availability = 'loading' | 'ready' | 'offline' | 'signedOut' | 'noBackend' | 'setup';

export interface ProjectSummary {
  readonly project: ProjectRow;
  readonly runs: number;
  readonly activeRuns: number;
  readonly models: number;
  /** ms since 1970. */
  readonly lastActivity: number;
}

/** A project as a choice of the one that is shown. */
export interface ProjectOption {
  readonly id: string;
  readonly name: string;
  readonly archived: boolean;
}

/** The one project that sections show. */
export interface ChosenProject {
  readonly id: string;
  /** In words, also for one that is not there. */
  readonly name: string;
  readonly color: string | null;
  /** It is among the projects of this account. */
  readonly known: boolean;
}

/** Everything that sections read, derived once from the store and shared. */
export interface Views {
  readonly availability: ReadonlySignal<Availability>;
  readonly subscription: ReadonlySignal<SubscriptionRow | null>;
  readonly period: ReadonlySignal<Period>;
  readonly usage: ReadonlySignal<readonly MetricUsage[]>;
  /** The metric that the chart draws; null when there is none. */
  readonly metric: ReadonlySignal<string | null>;
  readonly projects: ReadonlySignal<readonly ProjectSummary[]>;
  /** All projects in their order; another list only when one of them reads differently. */
  readonly projectOptions: ReadonlySignal<readonly ProjectOption[]>;
  /** Null while all projects are shown. */
  readonly chosen: ReadonlySignal<ChosenProject | null>;
  /** There are older runs than those that are counted. */
  readonly olderRuns: ReadonlySignal<boolean>;
  /** Models made before it are not among those that are shown and counted, ISO 8601; null when all are. */
  readonly modelsFrom: ReadonlySignal<string | null>;
}

export function createViews(store: Store, ui: UiState, clock: Clock): Views {
  const { tables } = store;
  const subscription = computed(() => currentSubscription(tables.subscriptions.value.values()));
  const period = computed(() => currentPeriod(subscription.value, clock.minute.value), { name: 'period' });
  const usage = computed(() =>
    usageByMetric(tables.usage_tracking.value.values(), subscription.value, period.value).sort((a, b) =>
      compareMetrics(a.metric, b.metric),
    ),
  );
  const availability = computed(() => availabilityOf(store));
  return {
    availability,
    subscription,
    period: stablePeriod(period),
    usage,
    metric: computed(() => {
      const chosen = ui.metric.value;
      const known = usage.value;
      return known.some(({ metric }) => metric === chosen) ? chosen : (known[0]?.metric ?? null);
    }),
    projects: computed(() => summarise(store)),
    projectOptions: computed(() =>
      [...tables.projects.value.values()]
        .sort(compareProjects)
        .map(({ id, name, status }) => ({ id, name, archived: status === 'archived' })),
    ),
    chosen: computed(() => {
      const id = ui.project.value;
      if (id === null) return null;
      const row = tables.projects.value.get(id);
      if (row) return { id, name: shownName(row.name, 60), color: row.color, known: true };
      const name = availability.value === 'ready' ? t('Unknown project') : t('One project');
      return { id, name, color: null, known: false };
    }),
    olderRuns: computed(() => (store.status.value?.runsFrom ?? null) !== null),
    modelsFrom: computed(() => store.status.value?.modelsFrom ?? null),
  };
}

function availabilityOf(store: Store): Availability {
  const status = store.status.value;
  if (!status) return 'loading';
  // Rows of a moment that is known are shown whatever has happened since; the header says of when they are.
  if (status.state === 'signedOut') return status.backend ? 'signedOut' : 'noBackend';
  if (status.asOf !== null) return 'ready';
  switch (status.state) {
    case 'live':
    case 'polling':
      return 'ready';
    case 'offline':
      return 'offline';
    case 'setup':
      return 'setup';
    case 'connecting':
    case 'catchingUp':
      return 'loading';
    default:
      return status.state satisfies never;
  }
}

/** The same period keeps its identity, so that a minute that passes redraws nothing. */
function stablePeriod(period: ReadonlySignal<Period>): ReadonlySignal<Period> {
  let held: Period | null = null;
  return computed(() => {
    const next = period.value;
    if (held?.start !== next.start || held.end !== next.end) held = next;
    return held;
  });
}

function summarise(store: Store): ProjectSummary[] {
  const found = new Map(
    [...store.tables.projects.value.values()].map((project) => [
      project.id,
      { project, runs: 0, activeRuns: 0, models: 0, lastActivity: Date.parse(project.updated_at) },
    ]),
  );
  for (const run of store.tables.training_runs.value.values()) {
    const summary = run.project_id === null ? undefined : found.get(run.project_id);
    if (!summary) continue;
    summary.runs += 1;
    if (isActive(run)) summary.activeRuns += 1;
    summary.lastActivity = later(summary.lastActivity, lastHeartbeat(run));
  }
  for (const model of store.tables.models.value.values()) {
    const summary = model.project_id === null ? undefined : found.get(model.project_id);
    if (!summary) continue;
    summary.models += 1;
    summary.lastActivity = later(summary.lastActivity, Date.parse(model.created_at));
  }
  for (const event of store.tables.ide_sync_events.value.values()) {
    const summary = event.project_id === null ? undefined : found.get(event.project_id);
    if (summary) summary.lastActivity = later(summary.lastActivity, Date.parse(event.occurred_at));
  }
  return [...found.values()].sort((a, b) => compareProjects(a.project, b.project));
}

const projectRanks: Readonly<Record<string, number>> = { active: 0, paused: 1, archived: 2 };

/** Active ones first, then by name; the id breaks ties so that the order never flickers. */
function compareProjects(a: ProjectRow, b: ProjectRow): number {
  const rank = ({ status }: ProjectRow): number => lookup(projectRanks, status) ?? 1;
  return rank(a) - rank(b) || compareNames(a.name, b.name) || (a.id < b.id ? -1 : 1);
}

/** The later of two moments, of which either may be unreadable. */
function later(a: number, b: number): number {
  return compareNewest(a, b) > 0 ? b : a;
}
