import type { JSX } from 'preact';
import { plural, t } from '../../../shared/l10n.ts';
import { useDashboard } from '../../context.ts';

interface Props {
  /** Metrics that match and are not drawn yet. */
  readonly rest: number;
  /** So many are drawn with one click. */
  readonly page: number;
  readonly onMore: () => void;
  /** Metrics that were not read at all: of several runs those of the run that lacks the most. */
  readonly leftOut: number;
}

/** What stands behind the charts of the first metrics: the way to more of them, and those that nobody reads. */
export function CurvesEnd({ rest, page, onMore, leftOut }: Props): JSX.Element {
  const formats = useDashboard().formats;
  return (
    <>
      {rest > 0 ? (
        <button type="button" class="button link show-more" onClick={onMore}>
          {t('Show more metrics ({0} of {1})', formats.number(Math.min(rest, page)), formats.number(rest))}
        </button>
      ) : null}
      {leftOut > 0 ? (
        <p class="muted small">
          {plural(
            leftOut,
            '{0} more metric is not read: a run that has so many shows the first of them by name.',
            '{0} more metrics are not read: a run that has so many shows the first of them by name.',
            formats.number(leftOut),
          )}
        </p>
      ) : null}
    </>
  );
}
