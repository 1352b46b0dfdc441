import type { JSX, RefObject } from 'preact';
import { useLayoutEffect, useMemo } from 'preact/hooks';
import { ChartPlot } from './ChartPlot.tsx';
import { ChartTable } from './ChartTable.tsx';
import type { ChartFactory, ChartHandle } from './chart.ts';
import type { ChartSpec } from './spec.ts';
import { chartView, type ViewChoice } from './view.ts';

export interface ChartBodyProps {
  readonly name: string;
  readonly title: string;
  readonly spec: ChartSpec;
  readonly choice: ViewChoice;
  /** The table stands in the place of the drawing. */
  readonly table: boolean;
  readonly empty: boolean;
  readonly sentence: string;
  readonly draw: ChartFactory;
  /** What is drawn, for those who want its picture. */
  readonly handle: RefObject<ChartHandle | null>;
  /** Hears whether the line across is within reach of what is drawn. */
  readonly onLine: (isDrawn: boolean) => void;
}

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
