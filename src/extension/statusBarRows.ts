import { canUpgrade, limitFacts } from '../shared/limits.ts';
import {
  currentPeriod,
  currentSubscription,
  isRefused,
  type Pace,
  paceOf,
  usageByMetric,
} from '../shared/usage.ts';
import { type StatusBarInputs, type StatusBarModel, statusBarModel } from './statusBarModel.ts';
import type { ReplicaView } from './sync/types.ts';

export type Surroundings = Pick<
  StatusBarInputs,
  'display' | 'metric' | 'status' | 'now' | 'formats' | 'l10n'
> & {
  readonly replica: ReplicaView | null;
};

/** What the item says of the rows as they are, by the functions that the dashboard uses. */
export function statusBarOf({ replica, ...surroundings }: Surroundings): StatusBarModel {
  const { now } = surroundings;
  const subscription = currentSubscription(replica?.tables.subscriptions.values() ?? []);
  const period = currentPeriod(subscription, now);
  const rows = [...(replica?.tables.usage_tracking.values() ?? [])];
  const usages = usageByMetric(rows, subscription, period);
  const paces = new Map<string, Pace>();
  for (const usage of usages) {
    const { metric, limit } = usage;
    if (isRefused(usage)) continue;
    const pace = paceOf(rows, metric, period, limit, now);
    if (pace) paces.set(metric, pace);
  }
  const runs = replica?.tables.training_runs.values() ?? [];
  const facts = limitFacts({ usages, usageRows: rows, runs, period });
  const upgrade = canUpgrade(subscription);
  return statusBarModel({ ...surroundings, usages, subscription, period, paces, facts, upgrade });
}
