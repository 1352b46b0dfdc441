import type { JSX } from 'preact';
import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { clip } from '../../shared/format.ts';
import { ScrollArea } from '../components/ScrollArea.tsx';
import { type ChartSpec, numberAt } from './spec.ts';

interface Props {
  readonly spec: ChartSpec;
  readonly caption: string;
  /** Draws the head alone, where a sentence stands in for the rows. */
  readonly empty: boolean;
}

/** Of a row, px; the style sheet has the same. */
const rowHeight = 24;
/** Rows that are drawn beyond those that are seen, above and below. */
const beyond = 20;
/** Up to this many rows are all drawn. */
const fewRows = 400;

/** The table twin of a chart: the same points in exact numbers; days newest first, steps in their order. */
export function ChartTable({ spec, caption, empty }: Props): JSX.Element {
  const places = useMemo(() => (empty ? [] : rowPlaces(spec)), [spec, empty]);
  const [first, setFirst] = useState(0);
  const windowed = places.length > fewRows;
  const from = windowed ? Math.min(first, Math.max(0, places.length - 2 * beyond)) : 0;
  const to = windowed ? from + 3 * beyond : places.length;
  const onScroll = (event: { readonly currentTarget: HTMLElement }): void => {
    if (!windowed) return;
    const top = Math.floor(event.currentTarget.scrollTop / rowHeight);
    // In steps, so that not every pixel draws the rows anew.
    const next = Math.max(0, Math.floor((top - beyond) / 10) * 10);
    if (next !== first) setFirst(next);
  };
  return (
    <ScrollArea class="chart-table" aria-label={clip(caption)} onScroll={onScroll}>
      <table aria-rowcount={places.length + 1}>
        <caption class="visually-hidden">{clip(caption)}</caption>
        <thead>
          <tr>
            <th scope="col">{spec.xLabel}</th>
            {spec.series.map(({ key, label }) => (
              <th scope="col" class="right" key={key} title={clip(label)}>
                {clip(label, 60)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <Spacer height={from * rowHeight} />
          {places.slice(from, to).map((i, n) => (
            <Row key={spec.x[i]} spec={spec} place={i} index={from + n + 2} />
          ))}
          <Spacer height={Math.max(0, places.length - to) * rowHeight} />
        </tbody>
      </table>
    </ScrollArea>
  );
}

function Row({ spec, place, index }: { spec: ChartSpec; place: number; index: number }): JSX.Element {
  return (
    <tr aria-rowindex={index}>
      <th scope="row" class="num">
        {spec.formatX(spec.x[place] ?? Number.NaN)}
      </th>
      {spec.series.map(({ key, values }) => {
        const value = numberAt(values, place);
        return (
          <td class="num right" key={key}>
            {Number.isNaN(value) ? '' : spec.formatExact(value)}
          </td>
        );
      })}
    </tr>
  );
}

/** Room of the rows that are not drawn. */
function Spacer({ height }: { height: number }): JSX.Element | null {
  const element = useRef<HTMLTableRowElement>(null);
  useLayoutEffect(() => element.current?.style.setProperty('height', `${height}px`), [height]);
  return height > 0 ? <tr ref={element} /> : null;
}

/** The places at which any series has a number. */
function rowPlaces({ x, series, scale }: ChartSpec): number[] {
  const places: number[] = [];
  for (let i = 0; i < x.length; i++) {
    if (series.some(({ values }) => !Number.isNaN(numberAt(values, i)))) places.push(i);
  }
  return scale === 'day' ? places.reverse() : places;
}
