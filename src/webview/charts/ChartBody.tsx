import type { JSX } from 'preact';
import { useLayoutEffect, useMemo } from 'preact/hooks';
import { ChartPlot } from './ChartPlot.tsx';
import { ChartTable } from './ChartTable.tsx';
import type { ChartBodyProps } from './chart.ts';
import { chartView } from './view.ts';

/** What a chart shows of its spec, drawn or as a table; loaded with the first chart. */
export function ChartBody(props: ChartBodyProps): JSX.Element {
  const { name, title, spec, choice, table, empty, sentence, draw, handle, onLine } = props;
  const view = useMemo(() => chartView(spec, choice), [spec, choice]);
  const isDrawn = view.line !== null;
  useLayoutEffect(() => onLine(isDrawn), [isDrawn]);
  return table ? (
    <ChartTable spec={spec} caption={title} empty={empty} />
  ) : (
    <ChartPlot {...{ name, spec, view, choice, sentence, draw, handle }} />
  );
}
