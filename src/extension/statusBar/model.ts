import { t } from '../../shared/l10n.ts';
import type { LimitFact } from '../../shared/limits.ts';
import { metricName } from '../../shared/names.ts';
import type { MetricUsage } from '../../shared/usage.ts';
import { oneLine, withoutIcons } from '../markdown.ts';
import { amountWords, type Saying } from '../saying.ts';
import type { StatusBarInputs } from './inputs.ts';
import { stateText, tooltipOf } from './tooltip.ts';

export interface StatusBarModel {
  readonly visible: boolean;
  readonly text: string;
  /** Markdown with links to our own commands; every value in it is escaped. */
  readonly tooltip: string;
  readonly accessibilityLabel: string;
  readonly background: 'warning' | 'error' | null;
  /** Some limit is reached or refuses something, whether the item shows it or not. */
  readonly limitReached: boolean;
}

/** What the status-bar item says; the same rows and rules as the dashboard. */
export function statusBarModel(inputs: StatusBarInputs): StatusBarModel {
  const { display, status } = inputs;
  const shown = shownMetric(inputs);
  const fact = shownFact(inputs, shown);
  const icon = iconOf(status);
  return {
    visible: display !== 'off',
    text: display === 'icon' ? icon : `${icon} ${withoutIcons(oneLine(labelOf(inputs, shown, fact), 60))}`,
    tooltip: tooltipOf(inputs),
    accessibilityLabel: fact
      ? t('Runglass: {0}, {1}', limitName(fact, inputs), stateText(inputs))
      : shown
        ? t('Runglass: {0}, {1}', usageText(shown, inputs), stateText(inputs))
        : t('Runglass: {0}', stateText(inputs)),
    background: backgroundOf(shown, fact),
    limitReached: inputs.facts.length > 0,
  };
}

/** Where there is no room for words, it is all that tells of numbers that are old or missing. */
function iconOf({ backend, state, cached }: StatusBarInputs['status']): string {
  if (!backend) return '$(plug)';
  switch (state) {
    case 'signedOut':
      return '$(sign-in)';
    case 'offline':
      return '$(debug-disconnect)';
    case 'setup':
      return '$(warning)';
    case 'connecting':
      return '$(sync)';
    case 'catchingUp':
      // A short gap in the connection is nobody's concern.
      return cached ? '$(sync)' : '$(dashboard)';
    case 'live':
    case 'polling':
      return '$(dashboard)';
    default:
      return state satisfies never;
  }
}

function shownMetric({ usages, metric }: StatusBarInputs): MetricUsage | null {
  return (
    usages.find((usage) => usage.metric === metric) ?? usages.find((usage) => usage.ratio !== null) ?? null
  );
}

/** What refuses usage comes before what the settings ask for; a limit that only warns does not. */
function shownFact({ facts }: StatusBarInputs, shown: MetricUsage | null): LimitFact | null {
  return facts.find(({ hard, metric }) => hard || metric === shown?.metric) ?? null;
}

function labelOf(inputs: StatusBarInputs, shown: MetricUsage | null, fact: LimitFact | null): string {
  const { status, display, formats } = inputs;
  if (!status.backend) return t('Runglass: Set Up');
  if (status.state === 'signedOut') return t('Runglass: Sign In');
  if (fact) return limitName(fact, inputs);
  if (!shown) return status.state === 'setup' ? t('Runglass: Needs Attention') : 'Runglass';
  const value =
    shown.ratio === null ? formats.amount(shown.metric, shown.used) : formats.percent(shown.ratio);
  return display === 'text' ? `${shortName(shown.metric)} ${value}` : value;
}

/** Which limit, in a few words: for the label and for screen readers. */
function limitName({ metric, state, used, limit }: LimitFact, { formats }: Pick<Saying, 'formats'>): string {
  const name = shortName(metric);
  if (state === 'refusing') return t('{0}: usage refused', name);
  const ratio = limit > 0 ? used / limit : used > 0 ? Number.POSITIVE_INFINITY : 1;
  return t('{0} {1}: limit reached', name, formats.percent(ratio));
}

/** For the label, where a long name would push out the numbers behind it. */
function shortName(metric: string): string {
  return oneLine(metricName(metric), 25);
}

function backgroundOf(shown: MetricUsage | null, fact: LimitFact | null): StatusBarModel['background'] {
  if (fact) return fact.hard ? 'error' : 'warning';
  return shown?.level === 'warning' ? 'warning' : null;
}

function usageText(usage: MetricUsage, { formats }: StatusBarInputs): string {
  const name = oneLine(metricName(usage.metric), 60);
  if (usage.ratio === null) return t('{0}: {1} used', name, amountWords(usage, usage.used, formats));
  return t('{0}: {1} of the limit used', name, formats.percent(usage.ratio));
}
