import type { Formats } from '../shared/format.ts';
import type { DashboardStatus } from '../shared/protocol.ts';
import type { RunState } from '../shared/runs.ts';
import type { SyncState } from '../shared/status.ts';
import type { MetricUsage, UsageRange } from '../shared/usage.ts';

/** The words of the page, in one place, made from states and never the other way round. */

export function connectionWords(status: DashboardStatus | null, formats: Formats, now: number): string {
  if (!status) return 'Loading';
  const { asOf, clockOffset } = status;
  // By this machine's clock, which is the one that people look at; `now` is the server's.
  const since = asOf === null ? null : formats.clock(asOf, now - clockOffset);
  const words = stateNames[status.state];
  if (status.state === 'signedOut') return status.backend ? words : 'No backend';
  if (since === null) return words;
  if (status.cached) return `${words} – showing saved data from ${since}`;
  const late = status.state === 'offline' || status.state === 'setup';
  return late ? `${words} – showing data from ${since}` : words;
}

/**
 * Of when the rows are that a section shows: at length, and in short where that may not be now. Null while there are
 * none. `now` is the server's, ms since 1970.
 */
export function freshnessWords(
  status: DashboardStatus | null,
  formats: Formats,
  now: number,
): { readonly full: string; readonly short: string | null } | null {
  if (!status || status.asOf === null || status.state === 'signedOut') return null;
  const { state, asOf, verifiedAt, cached, clockOffset } = status;
  if ((state === 'live' || state === 'polling') && !cached) {
    const full = verifiedAt === null ? 'Not verified yet' : `Verified ${formats.dateTime(verifiedAt)}`;
    return { full, short: null };
  }
  const full = `${cached ? 'Saved data' : 'Data'} of ${formats.dateTime(asOf)}`;
  return { full, short: `as of ${formats.clock(asOf, now - clockOffset)}` };
}

const stateNames: Readonly<Record<SyncState, string>> = {
  live: 'Live',
  connecting: 'Connecting',
  catchingUp: 'Catching up',
  polling: 'Updating every 30 s',
  offline: 'Offline',
  signedOut: 'Signed out',
  setup: 'Set-up problem',
};

/** What is left or too much, in words. */
export function usageWords({ metric, used, limit, level }: MetricUsage, formats: Formats): string {
  switch (level) {
    case 'unlimited':
      return 'Unlimited';
    case 'unknown':
      return 'No limit in the plan';
    case 'excluded':
      return 'Not in the plan';
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
