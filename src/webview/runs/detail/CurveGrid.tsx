import type { ReadonlySignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { clip } from '../../../shared/format.ts';
import { t } from '../../../shared/l10n.ts';
import { compareMetricNames } from '../../../shared/runs.ts';
import { Chart } from '../../charts/Chart.tsx';
import type { ChartTool } from '../../charts/spec.ts';
import { Icon } from '../../components/Icon.tsx';
import { memo } from '../../components/memo.ts';
import { SearchBox } from '../../components/SearchBox.tsx';
import { useDashboard } from '../../context.ts';
import { CurvesEnd } from './CurvesEnd.tsx';
import { curveSentence, curveSpec } from './curveSpec.ts';
import { EmptyCurves } from './EmptyCurves.tsx';
import type { HistoryState } from './historyReader.ts';
import { Problem } from './Problem.tsx';

/** Curves that are drawn at first, and how many more with each click. */
const page = 12;
/** From so many metrics on they can be searched. */
const searchable = 9;
const tools: readonly ChartTool[] = ['smooth', 'log', 'csv', 'png', 'table'];

interface Props {
  readonly run: string;
  readonly history: ReadonlySignal<HistoryState>;
  readonly retry: () => void;
  /** Names that the run's row has: their charts are there before the history is. Another list only when it differs. */
  readonly expected: readonly string[];
}

function CurveGridView({ run, history, retry, expected }: Props): JSX.Element {
  const state = history.value;
  const [search, setSearch] = useState('');
  const [limit, setLimit] = useState(page);
  const loading = state.curves === null && state.problem === null;
  const names = [...(state.curves?.names ?? (loading ? expected : []))].sort(compareMetricNames);
  const found = names.filter((name) => name.toLowerCase().includes(search.trim().toLowerCase()));
  const rest = found.length - limit;
  const leftOut = state.curves?.leftOut ?? 0;
  return (
    <section class="sheet-part" data-detail="curves" aria-labelledby="run-curves">
      <header class="sheet-part-header">
        <h3 id="run-curves">{t('Metrics')}</h3>
        {names.length >= searchable ? (
          <SearchBox label={t('Search metrics')} name="metrics" value={search} onSearch={setSearch} />
        ) : null}
      </header>
      {state.problem === null ? null : <Problem retry={retry}>{state.problem}</Problem>}
      {names.length === 0 ? <EmptyCurves name={`run/${run}`} message={emptyWords(state)} /> : null}
      {names.length > 0 && found.length === 0 ? (
        <p class="empty">{t('No metric matches this search.')}</p>
      ) : null}
      <div class="curves">
        {found.slice(0, limit).map((name) => (
          <CurveCard key={name} run={run} name={name} state={state} />
        ))}
      </div>
      <CurvesEnd {...{ rest, page, leftOut }} onMore={() => setLimit(limit + page)} />
    </section>
  );
}

/** The curves of every metric of a run. Draws again only when its history does. */
export const CurveGrid = memo(CurveGridView);

/** What will appear, or that it is on its way. */
function emptyWords({ curves, problem }: HistoryState): string {
  if (curves !== null)
    return t('The curves of this run appear here with its first point: call log_run with points.');
  return problem === null ? t('Reading the history…') : t('The history could not be read.');
}

interface CardProps {
  readonly run: string;
  readonly name: string;
  readonly state: HistoryState;
}

function CurveCardView({ run, name, state }: CardProps): JSX.Element {
  const { formats, runSheets } = useDashboard();
  const enlarged = runSheets.enlarged.value === name;
  const curve = state.curves?.curve(name) ?? null;
  const spec = useMemo(() => curveSpec(name, curve, formats), [state, name, formats]);
  const sentence = useMemo(() => curveSentence(clip(name, 200), curve, formats), [state, name, formats]);
  const latest = curve?.values.at(-1);
  const words = latest === undefined ? '' : formats.metric(latest);
  const head = useMemo(
    () => <CurveHead name={name} latest={words} enlarged={enlarged} />,
    [name, words, enlarged],
  );
  return (
    <div class={enlarged ? 'curve enlarged' : 'curve'} data-metric={clip(name, 200)}>
      <Chart
        name={`run/${run}/${name}`}
        title={name}
        spec={spec}
        message={curve === null ? t('Reading the history…') : null}
        sentence={sentence}
        tools={tools}
        head={head}
        size={enlarged ? 'normal' : 'small'}
      />
    </div>
  );
}

const CurveCard = memo(CurveCardView);

interface HeadProps {
  readonly name: string;
  /** The newest value in words. */
  readonly latest: string;
  readonly enlarged: boolean;
}

function CurveHead({ name, latest, enlarged }: HeadProps): JSX.Element {
  const { runSheets } = useDashboard();
  const shown = clip(name, 200);
  return (
    <div class="curve-head">
      <h4 class="ellipsis" title={clip(name)}>
        {shown || '–'}
      </h4>
      <span class="num curve-latest" title={t('Latest value')}>
        {latest}
      </span>
      <button
        type="button"
        class="button icon"
        aria-label={enlarged ? t('Make smaller: {0}', shown) : t('Enlarge: {0}', shown)}
        title={enlarged ? t('Make smaller') : t('Enlarge')}
        aria-pressed={enlarged}
        onClick={() => {
          runSheets.enlarged.value = enlarged ? null : name;
        }}
      >
        <Icon name={enlarged ? 'collapse' : 'expand'} />
      </button>
    </div>
  );
}
