import { t } from '../../shared/l10n.ts';
import type { UsageRow } from '../../shared/model.ts';
import { metricName, plain, statusName } from '../../shared/names.ts';
import type { TableMaps } from '../../shared/patch.ts';
import {
  currentUsage,
  isRefused,
  type MetricUsage,
  type Period,
  paceOf,
  type UsageLevel,
} from '../../shared/usage.ts';
import { commands } from '../ids.ts';
import { escapeMarkdown, oneLine } from '../markdown.ts';
import { amountWords, type Saying } from '../saying.ts';
import { idOfName, type NodeIcon, type ViewNode } from './node.ts';

/** Icon and colour by level, those of the gauges: a limit that only warns is never red. */
const icons: Readonly<Record<UsageLevel, NodeIcon>> = {
  fine: { name: 'pass', color: 'testing.iconPassed' },
  warning: { name: 'warning', color: 'list.warningForeground' },
  reached: { name: 'warning', color: 'list.warningForeground' },
  over: { name: 'warning', color: 'list.warningForeground' },
  excluded: { name: 'circle-slash', color: 'descriptionForeground' },
  unlimited: { name: 'graph', color: null },
  unknown: { name: 'graph', color: null },
};

const refused: NodeIcon = { name: 'error', color: 'list.errorForeground' };

/** A row a metric, the nearest to its limit first, and the plan below: the same numbers as gauges and status bar. */
export function usageNodes(tables: TableMaps, saying: Saying): ViewNode[] {
  const { formats, now } = saying;
  const { subscription, period, rows, usages } = currentUsage(tables, now);
  const nodes = usages.map((usage) => usageNode(usage, rows, period, saying));
  if (nodes.length === 0 && !subscription) return [];
  const reset = t('resets {0}', formats.utcDate(period.end, now));
  const label = subscription ? t('Plan: {0}', oneLine(plain(subscription.plan), 60)) : t('No plan');
  const status =
    subscription && subscription.status !== 'active' ? oneLine(statusName(subscription.status), 40) : null;
  const description = [status, reset].filter(Boolean).join(' · ');
  return [
    ...nodes,
    {
      id: 'plan',
      label,
      description,
      tooltip: escapeMarkdown(`${label} · ${description}`),
      spoken: `${label}, ${description}`,
      icon: { name: 'credit-card', color: null },
      context: 'plan',
      command: { command: commands.openDashboard, arguments: [] },
      children: [],
    },
  ];
}

function usageNode(usage: MetricUsage, rows: readonly UsageRow[], period: Period, saying: Saying): ViewNode {
  const { formats, now } = saying;
  const { metric, used, limit, level, hard } = usage;
  const label = oneLine(metricName(metric), 100);
  const amount = (value: number) => amountWords(usage, value, formats);
  const description = shareText(usage, amount, saying);
  const pace = isRefused(usage) ? null : paceOf(rows, metric, period, limit, now);
  const lines = [
    `**${escapeMarkdown(label)}** — ${escapeMarkdown(description)}`,
    limit === null
      ? ''
      : escapeMarkdown(t('{0} used, {1} left', amount(used), amount(Math.max(0, limit - used)))),
    pace === null
      ? ''
      : escapeMarkdown(
          t(
            'At this rate {0} by {1}',
            pace.ratio === null ? amount(pace.projected) : formats.percent(pace.ratio),
            formats.utcDate(period.end, now),
          ),
        ),
    limit === null
      ? ''
      : escapeMarkdown(
          hard ? t('At the limit, usage is refused.') : t('The limit only warns; usage goes on.'),
        ),
  ];
  return {
    id: `usage/${idOfName(metric)}`,
    label,
    description,
    tooltip: lines.filter(Boolean).join('\n\n'),
    spoken: `${label}, ${description}`,
    icon: isRefused(usage) && level !== 'excluded' ? refused : icons[level],
    context: 'usage',
    command: { command: commands.openDashboard, arguments: [] },
    children: [],
  };
}

function shareText(
  { used, limit, ratio, level }: MetricUsage,
  amount: (value: number) => string,
  { formats }: Saying,
): string {
  if (level === 'excluded') return t('not in the plan');
  if (level === 'unlimited') return t('{0} · unlimited', amount(used));
  return ratio === null || limit === null
    ? amount(used)
    : t('{0} of {1}', formats.percent(ratio), amount(limit));
}
