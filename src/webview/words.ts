import type { Formats } from '../shared/format.ts';
import type { DashboardStatus } from '../shared/protocol.ts';
import type { RunState } from '../shared/runs.ts';
import type { MetricUsage, UsageRange } from '../shared/usage.ts';

/** The words of the page, in one place, made from states and never the other way round. */

export function connectionWords(status: DashboardStatus | null, formats: Formats, now: number): string {
  if (!status) return 'Loading';
  const { asOf, clockOffset } = status;
  // By this machine's clock, which is the one that people look at; `now` is the server's.
  const since = asOf === null ? null : formats.clock(asOf, now - clockOffset);
  switch (status.state) {
    case 'live':
      return 'Live';
    case 'connecting':
      return status.cached && since ? `Connecting – showing data from ${since}` : 'Connecting';
    case 'catchingUp':
      return status.cached && since ? `Catching up – showing data from ${since}` : 'Catching up';
    case 'polling':
      return 'Updating every 30 s';
    case 'offline':
      return since ? `Offline – showing data from ${since}` : 'Offline';
    case 'signedOut':
      return status.backend ? 'Signed out' : 'No backend';
    case 'setup':
      return since ? `Set-up problem – showing data from ${since}` : 'Set-up problem';
    default:
      return status.state satisfies never;
  }
}

/** What is left or too much, in words. */
export function usageWords({ metric, used, limit, level }: MetricUsage, formats: Formats): string {
  switch (level) {
    case 'unlimited':
      return 'Unlimited';
    case 'unknown':
      return 'No limit in the plan';
    case 'reached':
      return 'Limit reached';
    case 'over':
      return `Over by ${formats.amount(metric, used - (limit ?? 0))}`;
    case 'fine':
    case 'warning':
      return `${formats.amount(metric, (limit ?? 0) - used)} left`;
    default:
      return level satisfies never;
  }
}

interface RangeName {
  readonly label: string;
  readonly title: string;
  /** As part of a sentence. */
  readonly phrase: string;
}

export const rangeNames: Readonly<Record<UsageRange, RangeName>> = {
  '7d': { label: '7d', title: 'Last 7 days', phrase: 'in the last 7 days' },
  '30d': { label: '30d', title: 'Last 30 days', phrase: 'in the last 30 days' },
  '90d': { label: '90d', title: 'Last 90 days', phrase: 'in the last 90 days' },
  period: { label: 'Period', title: 'Current period', phrase: 'in the current period' },
};

export const runStateNames: Readonly<Record<RunState, string>> = {
  queued: 'Queued',
  running: 'Running',
  stalled: 'Stalled',
  completed: 'Completed',
  failed: 'Failed',
  cancelled: 'Cancelled',
  stopped: 'Stopped',
  unknown: 'Unknown',
};
