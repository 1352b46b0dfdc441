import type { LimitFact } from '../../shared/limits.ts';
import type { RunRow, SubscriptionRow } from '../../shared/model.ts';
import type { DashboardStatus } from '../../shared/protocol.ts';
import type { MetricUsage, Pace, Period } from '../../shared/usage.ts';
import type { StatusBarDisplay } from '../platform/config.ts';
import type { Saying } from '../saying.ts';

/** What the status-bar item is made from. */
export interface StatusBarInputs extends Saying {
  readonly display: StatusBarDisplay;
  /** Metric to show; empty for the one nearest to its limit. */
  readonly metric: string;
  /** The nearest to its limit first. */
  readonly usages: readonly MetricUsage[];
  /** By metric, where one can be told. */
  readonly paces: ReadonlyMap<string, Pace>;
  /** Limits that are reached or refuse something, hard ones first. */
  readonly facts: readonly LimitFact[];
  /** The plan names a page where it can be changed. */
  readonly upgrade: boolean;
  readonly subscription: SubscriptionRow | null;
  readonly period: Period;
  /** Those that are not finished, the newest first. */
  readonly activeRuns: readonly RunRow[];
  readonly status: DashboardStatus;
}
