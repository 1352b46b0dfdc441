import { clip } from '../../../shared/format.ts';

/** The words of the comparison of runs. */

/** What became of runs that were compared until they were deleted. */
export function deletedWords(names: readonly string[]): string {
  const [first = ''] = names;
  return names.length === 1
    ? `“${clip(first, 80)}” was deleted and is compared no longer.`
    : `${names.length} runs were deleted and are compared no longer.`;
}

/** Stands for the name of a run of which only the id is known. */
export function unknownRun(id: string): string {
  return `Run ${id.slice(0, 8)}`;
}

export const tooFew =
  'Mark two or more runs in the list (up to 10), then choose Compare: their curves are laid over each other here, with a table of what differs.';
export const oneOnly = 'One run is marked. Mark another one in the list to compare them.';
export const readingHistories = 'Reading the histories…';
export const allHidden = 'The runs that have this metric are hidden.';
export const noCurvesYet =
  'The curves of these runs appear here with their first points: call log_run with points.';
export const noDifferences = 'These runs do not differ in what is known of them.';
export const noRowsAtAll = 'Neither config nor metrics were logged for these runs.';

/** The mark of a run that is compared no longer because it is gone. */
export const goneWords = {
  deleted: 'deleted',
  released: 'no longer loaded',
  missing: 'not found',
} as const;
