import type { JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { clip, type Formats, shownName } from '../../../shared/format.ts';
import { plural, t } from '../../../shared/l10n.ts';
import type { RunRow } from '../../../shared/model.ts';
import { numericMetrics } from '../../../shared/runs.ts';
import { Chart } from '../../charts/Chart.tsx';
import type { ChartTool } from '../../charts/spec.ts';
import { SearchBox } from '../../components/SearchBox.tsx';
import { Segmented } from '../../components/Segmented.tsx';
import { useDashboard } from '../../context.ts';
import { CurvesEnd } from '../detail/CurvesEnd.tsx';
import type { Axis } from '../detail/choices.ts';
import { EmptyCurves } from '../detail/EmptyCurves.tsx';
import type { RunHistories } from '../detail/histories.ts';
import type { HistoryState } from '../detail/historyReader.ts';
import { Problem } from '../detail/Problem.tsx';
import { type ComparedCurve, compareSentence, compareSpec } from './compareSpec.ts';
import { orderMetrics } from './diff.ts';
import type { Compared } from './runsCompared.ts';
import { unknownRun } from './words.ts';

/** Charts that are drawn at first, and how many more with each click. */
const page = 8;
const searchable = 7;
const tools: readonly ChartTool[] = ['smooth', 'log', 'csv', 'png', 'table'];

interface Props {
  readonly runs: readonly Compared[];
  readonly hidden: readonly string[];
  readonly histories: RunHistories;
}

/** One chart a metric with the curves of every run that has it, the most shared first. */
export function Overlays({ runs, hidden, histories }: Props): JSX.Element {
  const { runSheets, formats } = useDashboard();
  const axis = runSheets.axis.value;
  const [search, setSearch] = useState('');
  const [limit, setLimit] = useState(page);
  const states = runs.map(({ id }) => histories.of(id).value);
  const names = sharedFirst(runs.map(({ row }, i) => namesOf(row, states[i])));
  const found = names.filter((name) => name.toLowerCase().includes(search.trim().toLowerCase()));
  const rest = found.length - limit;
  const leftOut = Math.max(0, ...states.map(({ curves }) => curves?.leftOut ?? 0));
  const refused = runs.filter((_, i) => states[i]?.problem);
  return (
    <section class="sheet-part" data-compare="curves" aria-labelledby="compare-curves">
      <header class="sheet-part-header">
        <h3 id="compare-curves">{t('Metrics')}</h3>
        <div class="section-tools">
          {names.length >= searchable ? (
            <SearchBox label={t('Search metrics')} name="metrics" value={search} onSearch={setSearch} />
          ) : null}
          <Segmented
            label={t('Horizontal axis')}
            name="compare-axis"
            value={axis}
            options={axisOptions()}
            onSelect={(chosen) => {
              runSheets.axis.value = chosen;
            }}
          />
        </div>
      </header>
      {refused.length > 0 ? (
        <Problem
          retry={() => {
            for (const { id } of refused) histories.retry(id);
          }}
        >
          {problemWords(runs, states, formats)}
        </Problem>
      ) : null}
      {names.length === 0 ? (
        <EmptyCurves
          name="compare"
          message={
            states.some(isLoading)
              ? t('Reading the histories…')
              : t('The curves of these runs appear here with their first points: call log_run with points.')
          }
        />
      ) : null}
      {names.length > 0 && found.length === 0 ? (
        <p class="empty">{t('No metric matches this search.')}</p>
      ) : null}
      <div class="curves compared">
        {found.slice(0, limit).map((name) => (
          <Overlay key={name} {...{ name, axis }} curves={curvesOf(name, runs, states, hidden)} />
        ))}
      </div>
      <CurvesEnd {...{ rest, page, leftOut }} onMore={() => setLimit(limit + page)} />
    </section>
  );
}

function axisOptions(): readonly { readonly value: Axis; readonly label: string; readonly title: string }[] {
  return [
    { value: 'step', label: t('Step'), title: t('Over steps') },
    { value: 'time', label: t('Time'), title: t('Over the time since each run’s start') },
  ];
}

/** Names of all metrics: the headline ones first among those that as many runs have. */
export function sharedFirst(lists: readonly (readonly string[])[]): string[] {
  const counts = new Map<string, number>();
  for (const name of lists.flat()) counts.set(name, (counts.get(name) ?? 0) + 1);
  const count = (name: string): number => counts.get(name) ?? 0;
  return orderMetrics(counts.keys()).sort((a, b) => count(b) - count(a));
}

/** Until the history is there, the row tells which charts there will be. */
function namesOf(row: RunRow | null, state: HistoryState | undefined): readonly string[] {
  if (state?.curves) return state.curves.names;
  return row && state && isLoading(state) ? numericMetrics(row.metrics).map(({ name }) => name) : [];
}

function isLoading({ curves, problem }: HistoryState): boolean {
  return curves === null && problem === null;
}

function problemWords(runs: readonly Compared[], states: readonly HistoryState[], formats: Formats): string {
  const problems = runs.flatMap(({ id, row }, i) => {
    const problem = states[i]?.problem;
    return problem ? [{ name: row ? shownName(row.name, 80) : unknownRun(id), problem }] : [];
  });
  const count = problems.length;
  const alike = new Set(problems.map(({ problem }) => problem)).size === 1;
  const first = problems[0]?.problem ?? '';
  return alike && count > 1
    ? plural(count, '{0} ({1} run)', '{0} ({1} runs)', first, formats.number(count))
    : problems.map(({ name, problem }) => `${name}: ${problem}`).join(' ');
}

/** A curve that grew is another view of the same points, so it is told by its state. */
interface Drawn extends ComparedCurve {
  readonly state: HistoryState | undefined;
}

function curvesOf(
  name: string,
  runs: readonly Compared[],
  states: readonly HistoryState[],
  hidden: readonly string[],
): readonly Drawn[] {
  return runs.map(({ id, place, row }, i) => ({
    id,
    place,
    name: row ? shownName(row.name, 200) : unknownRun(id),
    start: row?.started_at ? Date.parse(row.started_at) : null,
    curve: hidden.includes(id) ? null : (states[i]?.curves?.curve(name) ?? null),
    state: states[i],
  }));
}

interface OverlayProps {
  readonly name: string;
  readonly axis: Axis;
  readonly curves: readonly Drawn[];
}

function Overlay({ name, axis, curves }: OverlayProps): JSX.Element {
  const formats = useDashboard().formats;
  const held = useStable(curves);
  const spec = useMemo(() => compareSpec(held, axis, formats), [held, axis, formats]);
  const sentence = useMemo(() => compareSentence(clip(name, 200), held, formats), [held, name, formats]);
  const drawn = held.some(({ curve }) => curve !== null);
  const waits = held.some(({ state }) => state && isLoading(state));
  return (
    <div class="curve" data-metric={clip(name, 200)}>
      <Chart
        name={`compare/${name}`}
        title={name}
        spec={spec}
        message={
          drawn ? null : waits ? t('Reading the histories…') : t('The runs that have this metric are hidden.')
        }
        sentence={sentence}
        tools={tools}
        size="small"
      />
    </div>
  );
}

/** The same list for as long as no history, name, start or visibility in it changed. */
function useStable(curves: readonly Drawn[]): readonly Drawn[] {
  const facts = curves.flatMap(({ id, name, start, curve, state }) => [
    id,
    name,
    start,
    curve === null,
    state,
  ]);
  return useMemo(() => curves, facts);
}
