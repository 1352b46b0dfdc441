import type { JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { clip } from '../../shared/format.ts';
import { t } from '../../shared/l10n.ts';
import { Swatch } from './ChartLegend.tsx';
import type { ReadPoint, ReadRow } from './reading.ts';
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
      <table>
        <tbody>
          {point.total === null ? null : (
            <tr>
              <td />
              <td class="readout-label">{t('Total')}</td>
              <td class="num right">{spec.formatExact(point.total)}</td>
            </tr>
          )}
          {point.rows.map((row) => (
            <ReadoutRow key={row.series.key} spec={spec} row={row} named={several} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function ReadoutRow({ spec, row, named }: { spec: ChartSpec; row: ReadRow; named: boolean }): JSX.Element {
  const { series, place, value, smoothed, from } = row;
  return (
    <tr>
      {named ? (
        <>
          <td>
            <Swatch {...series} place={place} />
          </td>
          <td class="readout-label ellipsis">{clip(series.label, 80)}</td>
        </>
      ) : null}
      <td class={named ? 'num right' : 'num'}>{spec.formatExact(value)}</td>
      {smoothed === null ? null : <td class="num muted">{smoothedWords(spec.formatExact(smoothed))}</td>}
      {from === null ? null : <td class="num muted">{fromWords(spec.formatX(from))}</td>}
    </tr>
  );
}
