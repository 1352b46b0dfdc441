import { computed, type ReadonlySignal } from '@preact/signals';
import { lookup } from '../../shared/lookup.ts';
import type { ModelRow, ProjectRow, SubscriptionRow } from '../../shared/model.ts';
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

/** Everything that sections read, derived once from the store and shared. */
export interface Views {
  readonly availability: ReadonlySignal<Availability>;
  readonly subscription: ReadonlySignal<SubscriptionRow | null>;
  readonly period: ReadonlySignal<Period>;
  readonly usage: ReadonlySignal<readonly MetricUsage[]>;
  /** The metric that the chart draws; null when there is none. */
  readonly metric: ReadonlySignal<string | null>;
  readonly models: ReadonlySignal<readonly ModelRow[]>;
  readonly projects: ReadonlySignal<readonly ProjectSummary[]>;
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
  return {
    availability: computed(() => availabilityOf(store)),
    subscription,
    period: stablePeriod(period),
    usage,
    metric: computed(() => {
      const chosen = ui.metric.value;
      const known = usage.value;
      return known.some(({ metric }) => metric === chosen) ? chosen : (known[0]?.metric ?? null);
    }),
    models: computed(() => newestFirst(tables.models.value.values())),
    projects: computed(() => summarise(store)),
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

/** Sorted by times parsed once each: comparing rows would parse them again and again. */
function newestFirst(models: Iterable<ModelRow>): ModelRow[] {
  return Array.from(models, (model) => ({ model, at: Date.parse(model.created_at) }))
    .sort((a, b) => compareNewest(a.at, b.at) || (a.model.id < b.model.id ? -1 : 1))
    .map(({ model }) => model);
}

/** `project-2` before `project-10`. */
const byName = new Intl.Collator(undefined, { numeric: true });

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
  const rank = ({ status }: ProjectRow): number => lookup(projectRanks, status) ?? 1;
  return [...found.values()].sort(
    (a, b) =>
      rank(a.project) - rank(b.project) ||
      byName.compare(a.project.name, b.project.name) ||
      (a.project.id < b.project.id ? -1 : 1),
  );
}

const projectRanks: Readonly<Record<string, number>> = { active: 0, paused: 1, archived: 2 };

/** The later of two moments, of which either may be unreadable. */
function later(a: number, b: number): number {
  return compareNewest(a, b) > 0 ? b : a;
}
