import type { JSX } from 'preact';
import { useDashboard } from '../../context.ts';
import { leftOutWords } from './words.ts';

interface Props {
  /** Metrics that match and are not drawn yet. */
  readonly rest: number;
  /** So many are drawn with one click. */
  readonly page: number;
  readonly onMore: () => void;
  /** Metrics that were not read at all. */
  readonly leftOut: number;
}

/** What stands behind the charts of the first metrics: the way to more of them, and those that nobody reads. */
export function CurvesEnd({ rest, page, onMore, leftOut }: Props): JSX.Element {
  const formats = useDashboard().formats;
  return (
    <>
      {rest > 0 ? (
        <button type="button" class="button link show-more" onClick={onMore}>
          Show {formats.number(Math.min(rest, page))} more of {formats.number(rest)} metrics
        </button>
      ) : null}
      {leftOut > 0 ? <p class="muted small">{leftOutWords(leftOut, formats)}</p> : null}
    </>
  );
}
