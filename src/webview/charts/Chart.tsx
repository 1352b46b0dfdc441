import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { clip } from '../../shared/format.ts';
import { t } from '../../shared/l10n.ts';
import { memo } from '../components/memo.ts';
import { useDashboard } from '../context.ts';
import { ChartLegend } from './ChartLegend.tsx';
import { ChartTools } from './ChartTools.tsx';
import type { ChartHandle } from './chart.ts';
import { type ChartSpec, type ChartTool, canLog } from './spec.ts';

export interface ChartProps {
  /** Under which its choices are kept; the name of exported files. The same for as long as it is drawn. */
  readonly name: string;
  /** Above the chart unless `head` is given, in its picture, and the caption of its table. */
  readonly title: string;
  /** The same object for as long as nothing changed. */
  readonly spec: ChartSpec;
  /** Stands in the middle of the empty axes; null when there is something to draw. */
  readonly message: string | null;
  /** The chart in one sentence, for those who do not see it. */
  readonly sentence: string;
  readonly tools: readonly ChartTool[];
  /** Stands in the place of the title. */
  readonly head?: ComponentChildren;
  /** Stands at the end of the legend. */
  readonly note?: ComponentChildren;
  readonly size?: 'normal' | 'small';
}

/** A chart with all that belongs to it: always with axes and grid, with a table twin, and kept as one left it. */
export const Chart = memo(DrawnChart);

function DrawnChart(props: ChartProps): JSX.Element {
  const { name, title, spec, message, sentence, tools, head, note, size = 'normal' } = props;
  const { charts, actions } = useDashboard();
  const choice = useMemo(() => charts.of(name), [name]).value;
  const { log, smoothing, hidden, zoom } = choice;
  const drawn = useMemo(
    () => ({
      log,
      smoothing: tools.includes('smooth') ? smoothing : 0,
      hidden,
      zoom,
    }),
    [log, smoothing, hidden, zoom, tools.includes('smooth')],
  );
  const handle = useRef<ChartHandle | null>(null);
  const [isLineDrawn, setLineDrawn] = useState(true);
  const line = spec.line !== null && isLineDrawn;
  const code = charts.code.value;
  useEffect(() => {
    charts.load().catch((error: unknown) => actions.report('Charts', error));
  }, []);
  return (
    <div class={`chart ${size}`} data-chart={name}>
      <div class="chart-head">
        {head ?? <h3 class="chart-title ellipsis">{clip(title)}</h3>}
        <ChartTools
          {...{ name, title, spec, choice, line, handle }}
          tools={canLog(spec) ? tools : tools.filter((tool) => tool !== 'log')}
        />
      </div>
      <div class="chart-body">
        {code ? (
          <code.Body
            {...{ name, title, spec, sentence, handle }}
            choice={drawn}
            table={choice.table}
            empty={message !== null}
            draw={code.draw}
            onLine={setLineDrawn}
          />
        ) : (
          <div class="chart-canvas" role="img" aria-label={sentence} />
        )}
        {message ? (
          <p class="chart-message" data-empty="chart">
            <span>{message}</span>
          </p>
        ) : null}
        <LoadFailed />
      </div>
      <ChartLegend {...{ name, spec, hidden, line, note }} table={choice.table} />
    </div>
  );
}

function LoadFailed(): JSX.Element | null {
  const { charts } = useDashboard();
  if (!charts.failed.value) return null;
  return (
    <p class="chart-message chart-failed" role="alert">
      <span>
        {t('The part of the page that draws charts could not be loaded.')}{' '}
        <button type="button" class="button secondary" onClick={() => void charts.load().catch(() => {})}>
          {t('Try again')}
        </button>
      </span>
    </p>
  );
}
