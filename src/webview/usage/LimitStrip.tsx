import type { JSX } from 'preact';
import { listWords, plural, t } from '../../shared/l10n.ts';
import { canUpgrade, type LimitFact } from '../../shared/limits.ts';
import { factWords } from '../../shared/limitWords.ts';
import { metricName } from '../../shared/names.ts';
import type { MetricUsage } from '../../shared/usage.ts';
import { CommandButton } from '../components/CommandButton.tsx';
import { Icon } from '../components/Icon.tsx';
import { useDashboard } from '../context.ts';
import { adviceWords, calmWords } from './limitWords.ts';

interface Props {
  readonly facts: readonly LimitFact[];
  readonly usage: readonly MetricUsage[];
}

/** Limits with a line of their own; with more, the gauges would be pushed out of sight. */
const mostLines = 3;

/** A line for each limit that is reached or refuses something. It is there without any too, so that the first one moves nothing. */
export function LimitStrip({ facts, usage }: Props): JSX.Element {
  const formats = useDashboard().formats;
  const more = facts.slice(mostLines).map(({ metric }) => metricName(metric));
  const names = listWords(more);
  return (
    <div class="limits" data-limits={String(facts.length)}>
      {/* The lines change with each use and each minute: what is spoken changes with their states only. */}
      <span class="visually-hidden" role="status">
        {facts.map(standingWords).join(' ')}
      </span>
      {facts.length === 0 ? (
        <p class="limit-calm muted ellipsis">{calmWords(usage, formats)}</p>
      ) : (
        facts.slice(0, mostLines).map((fact) => <Line key={fact.metric} fact={fact} />)
      )}
      {more.length === 0 ? null : (
        <p class="muted ellipsis" title={names}>
          {plural(
            more.length,
            '{0} more limit: {1}',
            '{0} more limits: {1}',
            formats.number(more.length),
            names,
          )}
        </p>
      )}
    </div>
  );
}

function standingWords({ metric, state }: LimitFact): string {
  const name = metricName(metric);
  switch (state) {
    case 'reached':
      return t('{0}: limit reached.', name);
    case 'over':
      return t('{0}: over the limit.', name);
    case 'refusing':
      return t('{0}: refusing further usage.', name);
    default:
      return state satisfies never;
  }
}

function Line({ fact }: { fact: LimitFact }): JSX.Element {
  const { clock, formats, views, actions } = useDashboard();
  const { metric, hard, stoppedRun, stopped } = fact;
  const upgrade = canUpgrade(views.subscription.value);
  return (
    <div class={`limit-line tone-${hard ? 'bad' : 'warn'}`} data-limit={metric} data-state={fact.state}>
      <Icon name={hard ? 'stop' : 'warning'} />
      <p class="num" title={adviceWords(fact, upgrade)}>
        {factWords(fact, formats, clock.minute.value)}
      </p>
      {stoppedRun === null ? null : (
        <button type="button" class="button link" onClick={() => actions.revealRun(stoppedRun)}>
          {stopped === 1 ? t('Show Run') : t('Show Newest Run')}
        </button>
      )}
      {upgrade ? (
        <CommandButton command="openUpgrade" look="link">
          {t('Change Plan…')}
        </CommandButton>
      ) : (
        <span class="muted">{adviceWords(fact, upgrade)}</span>
      )}
    </div>
  );
}
