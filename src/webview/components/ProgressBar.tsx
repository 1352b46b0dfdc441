import type { JSX } from 'preact';

interface Props {
  /** 0 to 1; null draws an empty track. */
  readonly value: number | null;
  /** Said to screen readers; without it the bar is decoration. */
  readonly label?: string;
  readonly tone?: string;
}

/** A thin bar; an SVG, because its width is data and a style attribute is not allowed by our CSP. */
export function ProgressBar({ value, label, tone = 'accent' }: Props): JSX.Element {
  const percent = Math.round(Math.min(1, Math.max(0, value ?? 0)) * 1000) / 10;
  const role = label
    ? ({
        role: 'progressbar',
        'aria-label': label,
        'aria-valuemin': 0,
        'aria-valuemax': 100,
        ...(value === null ? {} : { 'aria-valuenow': percent }),
      } as const)
    : ({ 'aria-hidden': true } as const);
  return (
    // biome-ignore lint/a11y/noSvgWithoutTitle: named by aria-label, or hidden
    <svg class={`bar tone-${tone}`} {...role}>
      <rect class="bar-track" width="100%" height="100%" rx="2" />
      {percent > 0 ? <rect class="bar-fill" width={`${percent}%`} height="100%" rx="2" /> : null}
    </svg>
  );
}
