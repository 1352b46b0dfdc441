import type { ComponentChildren, JSX } from 'preact';
import { clip } from '../../shared/format.ts';
import { t } from '../../shared/l10n.ts';
import { useDashboard } from '../context.ts';
import { dashOf, paletteSize, useHighContrast } from './palette.ts';
import type { ChartSpec } from './spec.ts';

interface Props {
  readonly name: string;
  readonly spec: ChartSpec;
  readonly hidden: readonly string[];
  /** The line across is drawn; where it is not, its words stay and its key goes. */
  readonly line: boolean;
  /** The table stands in the place of the drawing. */
  readonly table: boolean;
  readonly note: ComponentChildren;
}

/** Names the series, each a switch that takes it out of the drawing and back, and the line across. */
export function ChartLegend({ name, spec, hidden, line, table, note }: Props): JSX.Element | null {
  const { charts } = useDashboard();
  const toggle = (key: string): void => {
    const others = hidden.filter((other) => other !== key);
    charts.set(name, { hidden: others.length < hidden.length ? others : [...hidden, key] });
  };
  const several = spec.series.length > 1;
  if (!several && !spec.line && !note) return null;
  return (
    <div class="chart-legend">
      {several ? (
        <ul class="legend-series" aria-label={t('Series')}>
          {spec.series.map((series, i) => (
            <li key={series.key}>
              <button
                type="button"
                class="legend-entry"
                aria-pressed={!hidden.includes(series.key)}
                title={clip(series.label)}
                onClick={() => toggle(series.key)}
              >
                <Swatch {...series} place={series.place ?? i} />
                <span class="ellipsis">{clip(series.label, 120)}</span>
              </button>
            </li>
          ))}
        </ul>
      ) : null}
      {spec.line ? (
        <span class="legend-note">
          {!line || table ? null : (
            <svg class="legend-line" viewBox="0 0 16 4" aria-hidden="true">
              <path d="M0 2h16" />
            </svg>
          )}
          <span class="num">
            {line || table ? spec.line.label : t('{0}, far above what is drawn', spec.line.label)}
          </span>
        </span>
      ) : null}
      {note ? <span class="legend-note">{note}</span> : null}
    </div>
  );
}

interface SwatchProps {
  readonly mark: 'bar' | 'line';
  readonly color: string | null;
  readonly place: number;
  readonly projected?: boolean;
}

/** A piece of what is drawn: a box for bars, a dashed one for expected ones, a stroke for lines. */
export function Swatch({ mark, color, place, projected = false }: SwatchProps): JSX.Element {
  const highContrast = useHighContrast();
  const paint = color === null ? {} : { color };
  const common = {
    class: `swatch series-${(place % paletteSize) + 1}`,
    viewBox: '0 0 16 10',
    ...paint,
  } as const;
  if (mark === 'line') {
    const dash = dashOf({ place, projected }, highContrast).join(' ');
    return (
      <svg {...common} aria-hidden="true">
        <path d="M0 5h16" {...(dash ? { 'stroke-dasharray': dash } : {})} />
      </svg>
    );
  }
  return (
    <svg {...common} aria-hidden="true">
      {projected ? (
        <rect class="expected" x="3.5" y="0.5" width="9" height="9" />
      ) : (
        <rect x="3" width="10" height="10" />
      )}
    </svg>
  );
}
