import type { JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { clip } from '../../shared/format.ts';
import { Swatch } from './ChartLegend.tsx';
import type { ReadPoint } from './reading.ts';
import type { ChartSpec } from './spec.ts';
import { valueWords } from './words.ts';

interface Props {
  readonly spec: ChartSpec;
  readonly point: ReadPoint;
  /** Where the crosshair is, px from the left of the chart. */
  readonly left: () => number;
}

/** Between the crosshair and the box beside it, px. */
const beside = 10;

/** The values at the crosshair, in a box beside it, so that nothing else moves while one reads. */
export function ChartReadout({ spec, point, left }: Props): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const element = box.current;
    const room = element?.parentElement?.clientWidth ?? 0;
    if (!element) return;
    const at = left();
    const width = element.offsetWidth;
    // On the side where the newer points are unless there is no room.
    const after = at + beside + width <= room;
    element.style.left = `${Math.max(0, after ? at + beside : at - beside - width)}px`;
  });
  const several = spec.series.length > 1;
  return (
    <div class="chart-readout" ref={box} aria-hidden="true">
      <p class="strong num">{spec.formatX(point.x)}</p>
      {point.total === null ? null : (
        <p class="readout-row">
          <span class="readout-label">Total</span>
          <span class="num">{spec.formatExact(point.total)}</span>
        </p>
      )}
      {point.rows.map((row) => (
        <p class="readout-row" key={row.series.key}>
          {several ? <Swatch {...row.series} place={row.place} /> : null}
          {several ? <span class="readout-label ellipsis">{clip(row.series.label, 80)}</span> : null}
          <span class="num">{valueWords(spec, row)}</span>
        </p>
      ))}
    </div>
  );
}
