import type { JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { clip } from '../../shared/format.ts';
import { Swatch } from './ChartLegend.tsx';
import type { ReadPoint } from './reading.ts';
import type { ChartSpec } from './spec.ts';
import { fromWords, smoothedWords } from './words.ts';

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
          <span />
          <span class="readout-label">Total</span>
          <span class="num right">{spec.formatExact(point.total)}</span>
        </p>
      )}
      {point.rows.map(({ series, place, value, smoothed, from }) => (
        <p class="readout-row" key={series.key}>
          {several ? <Swatch {...series} place={place} /> : null}
          {several ? <span class="readout-label ellipsis">{clip(series.label, 80)}</span> : null}
          <span class={several ? 'num right' : 'num'}>{spec.formatExact(value)}</span>
          {smoothed === null ? null : (
            <span class="num muted">{smoothedWords(spec.formatExact(smoothed))}</span>
          )}
          {from === null ? null : <span class="num muted">{fromWords(spec.formatX(from))}</span>}
        </p>
      ))}
    </div>
  );
}
