import type { Formats } from '../../shared/format.ts';
import { t } from '../../shared/l10n.ts';
import { longestProjectName } from '../../shared/requests.ts';
import {
  descriptionProblem,
  longestDescription,
  nameProblem,
  type ProjectDraft,
  textLength,
} from './projectDraft.ts';

/** What is wrong with the name of a draft, or null. */
export function nameWords(draft: ProjectDraft, formats: Formats): string | null {
  const problem = nameProblem(draft);
  switch (problem) {
    case 'missing':
      return t('Give the project a name.');
    case 'tooLong':
      return t(
        'A name has at most {0} characters; this one has {1}.',
        formats.number(longestProjectName),
        formats.number(textLength(draft.name)),
      );
    case null:
      return null;
    default:
      return problem satisfies never;
  }
}

/** As `nameWords`, of its description. */
export function descriptionWords(draft: ProjectDraft, formats: Formats): string | null {
  if (descriptionProblem(draft) === null) return null;
  return t(
    'A description has at most {0} characters; this one has {1}.',
    formats.number(longestDescription),
    formats.number(textLength(draft.description)),
  );
}
