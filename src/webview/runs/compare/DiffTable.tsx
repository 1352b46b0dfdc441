import type { JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { clip, type Formats, shownName } from '../../../shared/format.ts';
import { plural, t } from '../../../shared/l10n.ts';
import { Swatch } from '../../charts/ChartLegend.tsx';
import { ExportButton } from '../../components/ExportButton.tsx';
import { Icon } from '../../components/Icon.tsx';
import { ScrollArea } from '../../components/ScrollArea.tsx';
import { useDashboard } from '../../context.ts';
import type { RunConfigs } from '../detail/configs.ts';
import { valueText } from '../detail/flatten.ts';
import { Problem } from '../detail/Problem.tsx';
import { type DiffCell, type DiffRow, diffConfigs, diffMetrics } from './diff.ts';
import { diffColumns, type TableRow, tableRows } from './diffCsv.ts';
import type { Compared } from './runsCompared.ts';
import { unknownRun } from './words.ts';

/** Rows that are drawn at first, and how many more with each click. */
const page = 200;
const maxValue = 120;

interface Props {
  readonly runs: readonly Compared[];
  readonly configs: RunConfigs;
}

/** Latest metrics and config of every run side by side: what differs from the first one is marked, and what is best. */
export function DiffTable({ runs, configs }: Props): JSX.Element {
  const { runSheets, formats } = useDashboard();
  const [limit, setLimit] = useState(page);
  const only = runSheets.onlyDifferences.value;
  const states = runs.map(({ id }) => configs.of(id).value);
  const metrics = useMemo(() => diffMetrics(runs.map(({ row }) => row ?? noMetrics)), [runs]);
  const config = useMemo(
    () => diffConfigs(states.map((state) => state.config)),
    states.map((state) => state.config),
  );
  const all = tableRows(metrics, config);
  const rows = only ? all.filter(({ row }) => row.differs) : all;
  const rest = rows.length - limit;
  const loading = states.some((state) => state.config === undefined && state.problem === null);
  const refused = runs.filter((_, i) => states[i]?.problem);
  return (
    <section class="sheet-part" data-compare="table" aria-labelledby="compare-table">
      <header class="sheet-part-header">
        <h3 id="compare-table">{t('Metrics and config')}</h3>
        <div class="section-tools">
          <label class="switch">
            <input
              type="checkbox"
              checked={only}
              onChange={(event) => {
                runSheets.onlyDifferences.value = event.currentTarget.checked;
              }}
            />
            {t('Only differences')}
          </label>
          <ExportButton
            what="comparison"
            label={t('Export comparison as CSV')}
            rows={() => rows}
            columns={() => diffColumns(runs)}
          />
        </div>
      </header>
      {refused.length > 0 ? (
        <Problem
          retry={() => {
            for (const { id } of refused) configs.read(id);
          }}
        >
          {states.find(({ problem }) => problem)?.problem}{' '}
          {plural(
            refused.length,
            'The config of {0} run is missing below.',
            'The config of {0} runs is missing below.',
            formats.number(refused.length),
          )}
        </Problem>
      ) : null}
      {rows.length === 0 ? (
        <p class="empty">
          {loading
            ? t('Reading the configs…')
            : all.length === 0
              ? t('Neither config nor metrics were logged for these runs.')
              : t('These runs do not differ in what is known of them.')}
        </p>
      ) : (
        <Table {...{ runs, formats }} rows={rows.slice(0, limit)} unread={states.map(isUnread)} />
      )}
      {rest > 0 ? (
        <button type="button" class="button link show-more" onClick={() => setLimit(limit + page)}>
          {t('Show more rows ({0} of {1})', formats.number(Math.min(rest, page)), formats.number(rest))}
        </button>
      ) : null}
    </section>
  );
}

const noMetrics = { metrics: {} };

function isUnread({ config }: { readonly config: unknown }): boolean {
  return config === undefined;
}

interface TableProps {
  readonly runs: readonly Compared[];
  readonly rows: readonly TableRow[];
  readonly formats: Formats;
  /** Which runs' configuration is not known yet. */
  readonly unread: readonly boolean[];
}

function Table({ runs, rows, formats, unread }: TableProps): JSX.Element {
  return (
    <ScrollArea class="diff-scroll" aria-labelledby="compare-table">
      <table class="diff">
        <thead>
          <tr>
            <th scope="col">
              <span class="visually-hidden">{t('Name')}</span>
            </th>
            {runs.map(({ id, place, row }) => (
              <th scope="col" key={id}>
                <span class="diff-run" title={row ? shownName(row.name) : id}>
                  <Swatch mark="line" color={null} place={place} />
                  <span class="ellipsis">{row ? shownName(row.name, 100) : unknownRun(id)}</span>
                </span>
              </th>
            ))}
          </tr>
        </thead>
        {kinds.map((kind) => {
          const own = rows.filter((row) => row.kind === kind);
          if (own.length === 0) return null;
          return (
            <tbody key={kind}>
              <tr>
                <th scope="rowgroup" class="diff-group" colSpan={runs.length + 1}>
                  <span>{kind === 'metric' ? t('Latest metrics') : t('Config')}</span>
                </th>
              </tr>
              {own.map(({ row }) => (
                <Row
                  key={row.key}
                  {...{ row, formats }}
                  unread={kind === 'config' ? unread : none}
                  kind={kind}
                />
              ))}
            </tbody>
          );
        })}
      </table>
    </ScrollArea>
  );
}

const kinds = ['metric', 'config'] as const;
const none: readonly boolean[] = [];

interface RowProps {
  readonly row: DiffRow;
  readonly kind: TableRow['kind'];
  readonly formats: Formats;
  readonly unread: readonly boolean[];
}

function Row({ row, kind, formats, unread }: RowProps): JSX.Element {
  const better = row.better === 'lower' ? t('Lower is better') : t('Higher is better');
  return (
    <tr data-key={clip(row.key, 200)}>
      <th scope="row" title={clip(row.key)}>
        <span class="diff-key ellipsis">{clip(row.key, maxValue)}</span>
        {row.better ? (
          <span class="diff-better muted" title={better}>
            <span aria-hidden="true">{row.better === 'lower' ? '↓' : '↑'}</span>
            <span class="visually-hidden">{better}</span>
          </span>
        ) : null}
      </th>
      {row.cells.map((cell, i) => (
        <Value key={i} {...{ cell, kind, formats }} waits={unread[i] ?? false} />
      ))}
    </tr>
  );
}

interface ValueProps {
  readonly cell: DiffCell | null;
  readonly kind: TableRow['kind'];
  readonly formats: Formats;
  readonly waits: boolean;
}

function Value({ cell, kind, formats, waits }: ValueProps): JSX.Element {
  if (!cell) return <td class="muted">{waits ? '…' : '–'}</td>;
  const text = valueText(cell.value);
  const number = typeof cell.value === 'number';
  // Metrics differ all the time: of them only the best is marked.
  const marked = kind === 'config' && cell.differs;
  return (
    <td
      class={`${number ? 'num' : ''} ${marked ? 'differs' : ''} ${cell.best ? 'best' : ''}`}
      title={clip(text)}
    >
      {cell.best ? (
        <>
          <Icon name="pass" />
          <span class="visually-hidden">{t('Best:')} </span>
        </>
      ) : null}
      {marked ? (
        <>
          <span class="diff-mark" aria-hidden="true">
            ≠
          </span>
          <span class="visually-hidden">{t('Differs:')} </span>
        </>
      ) : null}
      {number && kind === 'metric' ? formats.metric(Number(cell.value)) : clip(text, maxValue)}
    </td>
  );
}
