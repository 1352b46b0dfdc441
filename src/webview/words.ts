import type { Formats } from '../shared/format.ts';
import { t } from '../shared/l10n.ts';
import type { DashboardStatus } from '../shared/protocol.ts';
import type { SyncState } from '../shared/status.ts';
import type { MetricUsage, UsageRange } from '../shared/usage.ts';

/** The words of the page, in one place, made from states and never the other way round. */

export function connectionWords(status: DashboardStatus | null, formats: Formats, now: number): string {
  if (!status) return t('Loading');
  const { state, asOf, cached, clockOffset } = status;
  if (state === 'signedOut') return status.backend ? t('Signed out') : t('No backend');
  const name = syncStateName(state);
  const late = state === 'offline' || state === 'setup';
  if (asOf === null || !(cached || late)) return name;
  // By this machine's clock, which is the one that people look at; `now` is the server's.
  const since = formats.clock(asOf, now - clockOffset);
  return cached
    ? t('{0} – showing saved data from {1}', name, since)
    : t('{0} – showing data from {1}', name, since);
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
    const full =
      verifiedAt === null ? t('Not verified yet') : t('Verified {0}', formats.dateTime(verifiedAt));
    return { full, short: null };
  }
  const moment = formats.dateTime(asOf);
  return {
    full: cached ? t('Saved data of {0}', moment) : t('Data of {0}', moment),
    short: t('as of {0}', formats.clock(asOf, now - clockOffset)),
  };
}

function syncStateName(state: SyncState): string {
  switch (state) {
    case 'live':
      return t('Live');
    case 'connecting':
      return t('Connecting');
    case 'catchingUp':
      return t('Catching up');
    case 'polling':
      return t('Updating every 30 s');
    case 'offline':
      return t('Offline');
    case 'signedOut':
      return t('Signed out');
    case 'setup':
      return t('Needs attention');
    default:
      return state satisfies never;
  }
}

/** What is left or too much, in words. */
export function usageWords({ metric, used, limit, level }: MetricUsage, formats: Formats): string {
  switch (level) {
    case 'unlimited':
      return t('Unlimited');
    case 'unknown':
      return t('No limit in the plan');
    case 'excluded':
      return t('Not in the plan');
    case 'reached':
      return t('Limit reached');
    case 'over':
      return t('Over by {0}', formats.amount(metric, used - (limit ?? 0)));
    case 'fine':
    case 'warning':
      return t('{0} left', formats.amount(metric, (limit ?? 0) - used));
    default:
      return level satisfies never;
  }
}

interface RangeName {
  readonly label: string;
  readonly title: string;
}

export function rangeName(range: UsageRange): RangeName {
  switch (range) {
    case '7d':
      return { label: t('7d'), title: t('Last 7 days') };
    case '30d':
      return { label: t('30d'), title: t('Last 30 days') };
    case '90d':
      return { label: t('90d'), title: t('Last 90 days') };
    case 'period':
      return { label: t('Period'), title: t('Current period') };
    default:
      return range satisfies never;
  }
}
