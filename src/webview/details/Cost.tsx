import type { JSX } from 'preact';
import type { Formats } from '../../shared/format.ts';
import { plural, t } from '../../shared/l10n.ts';
import type { Table } from '../../shared/model.ts';
import {
  type CostComparison,
  compareCost,
  type RefetchCost,
  type SyncCounters,
  type TableCost,
} from '../../shared/syncDetails.ts';
import { CommandButton } from '../components/CommandButton.tsx';
import { useDashboard } from '../context.ts';
import { Part } from './Part.tsx';

/** The section of the page that shows a table, by its heading. */
function sectionTitle(table: Table): string {
  switch (table) {
    case 'projects':
      return t('Projects');
    case 'training_runs':
      return t('Training Runs');
    case 'models':
      return t('Models');
    case 'usage_tracking':
      return t('Usage');
    case 'subscriptions':
      return t('Plan');
    case 'ide_sync_events':
      return t('Activity');
    default:
      return table satisfies never;
  }
}

/** What sync has moved, beside what asking for a section anew at each of its changes would have. */
export function Cost(): JSX.Element {
  const details = useDashboard().store.details.value;
  return (
    <Part name="cost" title={t('What it cost')}>
      {details?.counters ? (
        <Comparison counters={details.counters} refetch={details.refetch} />
      ) : (
        <p class="muted">{details ? t('Nothing is counted while no data is loaded.') : t('Loading…')}</p>
      )}
    </Part>
  );
}

function Comparison({ counters, refetch }: { counters: SyncCounters; refetch: RefetchCost }): JSX.Element {
  const { formats, clock, store } = useDashboard();
  const cost = compareCost(counters, refetch.sections);
  const now = clock.minute.value - (store.status.value?.clockOffset ?? 0);
  return (
    <>
      <div class="compare">
        <Tile
          name="spent"
          title={t('Sync, since {0}', formats.clock(counters.since, now))}
          amount={formats.bytes(cost.spent)}
          words={requestsWords(cost.requests, formats)}
        />
        <Tile
          name="refetch"
          title={t('Refetching at each change')}
          amount={refetchWords(cost, refetch, formats)}
          words={requestsWords(cost.events, formats)}
        />
      </div>
      <p data-ratio>{ratioWords(cost, formats)}</p>
      <table class="figures">
        <caption class="visually-hidden">
          {t('Changes and what refetching would have cost, by section')}
        </caption>
        <thead>
          <tr>
            <th scope="col">{t('Section')}</th>
            <th scope="col">{t('Changes')}</th>
            <th scope="col">{t('One refetch')}</th>
            <th scope="col">{t('All refetches')}</th>
          </tr>
        </thead>
        <tbody>
          {cost.tables.map((row) => (
            <Row key={row.table} row={row} />
          ))}
        </tbody>
      </table>
      <Measure refetch={refetch} now={now} />
    </>
  );
}

function Tile(props: { name: string; title: string; amount: string; words: string }): JSX.Element {
  return (
    <div class="tile" data-tile={props.name}>
      <p class="tile-name">{props.title}</p>
      <p class="tile-amount num">{props.amount}</p>
      <p class="muted num">{props.words}</p>
    </div>
  );
}

function Row({ row }: { row: TableCost }): JSX.Element {
  const formats = useDashboard().formats;
  const { table, events, measurement, refetch } = row;
  const problem = measurement && 'problem' in measurement ? measurement.problem : null;
  const bytes = measurement && 'bytes' in measurement ? formats.bytes(measurement.bytes) : null;
  return (
    <>
      <tr data-table={table}>
        <th scope="row">{sectionTitle(table)}</th>
        <td data-events={String(events)}>{formats.number(events)}</td>
        <td>{bytes ?? (problem === null ? '–' : t('Failed'))}</td>
        <td>{refetch === null ? '–' : formats.bytes(refetch)}</td>
      </tr>
      {problem === null ? null : (
        <tr>
          <td class="figures-note" colSpan={4}>
            {problem}
          </td>
        </tr>
      )}
    </>
  );
}

/** The one place that asks the database because somebody looks; it says so. */
function Measure({ refetch, now }: { refetch: RefetchCost; now: number }): JSX.Element {
  const formats = useDashboard().formats;
  const { measuring, measuredAt } = refetch;
  return (
    <div class="measure">
      <p class="muted">
        {measuredAt === null
          ? t(
              'Measuring asks for each section once, as a dashboard without sync would, and counts the bytes of the answer.',
            )
          : t(
              'Measured at {0}: each section was asked for once, as a dashboard without sync would, and the bytes of the answer counted.',
              formats.clock(measuredAt, now),
            )}
      </p>
      <CommandButton command="measureRefetch" busy={measuring}>
        {measuring ? t('Measuring…') : measuredAt === null ? t('Measure') : t('Measure Again')}
      </CommandButton>
    </div>
  );
}

function requestsWords(count: number, formats: Formats): string {
  return plural(count, '{0} request', '{0} requests', formats.number(count));
}

function refetchWords({ refetch, complete }: CostComparison, cost: RefetchCost, formats: Formats): string {
  if (refetch === null) return cost.measuring ? t('Measuring…') : t('Not measured');
  return complete ? formats.bytes(refetch) : `≥ ${formats.bytes(refetch)}`;
}

function ratioWords({ spent, refetch, events, complete }: CostComparison, formats: Formats): string {
  if (events === 0)
    return t('No change has come over the live connection yet, so there is nothing to compare.');
  if (refetch === null || spent === 0)
    return t('The comparison appears once the sections have been measured.');
  const ratio = refetch / spent;
  if (ratio < 1 && !complete)
    return t('Which moves less cannot be said: not every section could be measured.');
  if (ratio < 1)
    return t(
      'So far refetching would have moved less ({0}): sync has loaded everything once, which counts here.',
      formats.percent(ratio),
    );
  const times = formats.compact(ratio);
  return complete
    ? t('Refetching would have moved {0} times as much.', times)
    : t('Refetching would have moved at least {0} times as much.', times);
}
