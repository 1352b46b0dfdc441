import { clip, type Formats } from '../../../shared/format.ts';
import { plural, t } from '../../../shared/l10n.ts';
import { maxCompared } from '../../../shared/runs.ts';
import type { Presence } from '../detail/presence.ts';

/** The words of the comparison of runs. */

/** What became of runs that were compared until they were deleted. */
export function deletedWords(names: readonly string[], formats: Formats): string {
  const [first = ''] = names;
  if (names.length === 1) return t('“{0}” was deleted and is compared no longer.', clip(first, 80));
  return plural(
    names.length,
    '{0} run was deleted and is compared no longer.',
    '{0} runs were deleted and are compared no longer.',
    formats.number(names.length),
  );
}

/** Stands for the name of a run of which only the id is known. */
export function unknownRun(id: string): string {
  return t('Run {0}', id.slice(0, 8));
}

/** What the sheet asks for while fewer runs are marked than can be compared. */
export function tooFewWords(marked: number, formats: Formats): string {
  return marked === 0
    ? t(
        'Mark two or more runs in the list (up to {0}), then choose Compare: their curves are laid over each other here, with a table of what differs.',
        formats.number(maxCompared),
      )
    : t('One run is marked. Mark another one in the list to compare them.');
}

/** The mark of a run that is compared no longer because it is gone. */
export function goneWords(presence: Exclude<Presence, 'here'>): string {
  switch (presence) {
    case 'deleted':
      return t('deleted');
    case 'released':
      return t('no longer loaded');
    case 'missing':
      return t('not found');
    default:
      return presence satisfies never;
  }
}
