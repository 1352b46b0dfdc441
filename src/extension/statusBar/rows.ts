import { canUpgrade, limitFacts } from '../../shared/limits.ts';
import { emptyTables } from '../../shared/patch.ts';
import { currentUsage, isRefused, type Pace, paceOf } from '../../shared/usage.ts';
import { activeRuns } from '../runWords.ts';
import type { ReplicaView } from '../sync/types.ts';
import type { StatusBarInputs } from './inputs.ts';
import { type StatusBarModel, statusBarModel } from './model.ts';

export type Surroundings = Pick<StatusBarInputs, 'display' | 'metric' | 'status' | 'now' | 'formats'> & {
  readonly replica: ReplicaView | null;
};

/** What the item says of the rows as they are, by the functions that the dashboard uses. */
export function statusBarOf({ replica, ...surroundings }: Surroundings): StatusBarModel {
  const { now } = surroundings;
  const tables = replica?.tables ?? emptyTables();
  const { subscription, period, rows, usages } = currentUsage(tables, now);
  const paces = new Map<string, Pace>();
  for (const usage of usages) {
    const { metric, limit } = usage;
    if (isRefused(usage)) continue;
    const pace = paceOf(rows, metric, period, limit, now);
    if (pace) paces.set(metric, pace);
  }
  const runs = [...tables.training_runs.values()];
  const facts = limitFacts({ usages, usageRows: rows, runs, period });
  return statusBarModel({
    ...surroundings,
    ...{ usages, subscription, period, paces, facts },
    upgrade: canUpgrade(subscription),
    activeRuns: activeRuns(runs),
  });
}
