import type { JSX } from 'preact';
import type { Formats } from '../../../shared/format.ts';
import { rich, t } from '../../../shared/l10n.ts';
import type { RunRow } from '../../../shared/model.ts';
import { metricName } from '../../../shared/names.ts';
import { type RunCost, runCosts } from '../../../shared/runCost.ts';
import { isActive } from '../../../shared/runs.ts';
import { Icon } from '../../components/Icon.tsx';
import { useDashboard } from '../../context.ts';

/** The cost of a run by metric against what is left of the plan. */
export function Cost({ run }: { run: RunRow }): JSX.Element {
  const { views, formats } = useDashboard();
  const costs = runCosts(run, views.usage.value);
  const active = isActive(run);
  return (
    <section class="sheet-part" data-detail="cost" aria-labelledby="run-cost">
      <header class="sheet-part-header">
        <h3 id="run-cost">{t('Usage')}</h3>
      </header>
      {costs.length === 0 ? (
        <p class="empty">
          {rich(
            'No usage was recorded for this run. A script records it with {0} and the id of its run.',
            <code>record_usage</code>,
          )}
        </p>
      ) : (
        <table class="figures run-costs">
          <thead>
            <tr>
              <th scope="col">{t('Metric')}</th>
              <th scope="col">{t('This run')}</th>
              <th scope="col">{t('Left in the period')}</th>
              {active ? <th scope="col">{t('To finish, about')}</th> : null}
            </tr>
          </thead>
          <tbody>
            {costs.map((cost) => (
              <CostRow key={cost.metric} cost={cost} active={active} formats={formats} />
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function CostRow({
  cost: { metric, used, left, toFinish, short },
  active,
  formats,
}: {
  cost: RunCost;
  active: boolean;
  formats: Formats;
}): JSX.Element {
  return (
    <tr>
      <th scope="row">{metricName(metric)}</th>
      <td title={formats.exactAmount(metric, used)}>{formats.amount(metric, used)}</td>
      <td>{left === null ? t('No limit') : formats.amount(metric, left)}</td>
      {active ? (
        <td>
          {short ? (
            <span class="tone-warn too-little" title={t('More than is left')}>
              <Icon name="warning" class="tone-warn" />
              <span class="visually-hidden">{t('More than is left:')} </span>
            </span>
          ) : null}
          {toFinish === null ? '–' : formats.amount(metric, toFinish)}
        </td>
      ) : null}
    </tr>
  );
}
