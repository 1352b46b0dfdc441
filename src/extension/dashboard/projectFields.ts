import { longestProjectName, type NewProject, type ProjectFields } from '../../shared/requests.ts';
import type { L10n } from '../words.ts';
import { Refusal } from './refusal.ts';

const statuses = ['active', 'paused', 'archived'];

/** What is to be set, with its texts trimmed; throws a `Refusal` that says what is wrong. */
export function checkFields(fields: ProjectFields, l10n: L10n): ProjectFields {
  const { name, description, status, color } = fields;
  if (Object.keys(fields).length === 0) throw new Refusal(l10n.t('Nothing was said to be changed.'));
  if (status !== undefined && !statuses.includes(status))
    throw new Refusal(l10n.t('The status must be one of {0}.', statuses.join(', ')));
  if (color != null && !/^#[0-9a-f]{6}$/i.test(color))
    throw new Refusal(l10n.t('The color must be written as #rrggbb, for example #3794ff.'));
  return {
    ...fields,
    ...(name === undefined ? {} : { name: checkName(name, l10n) }),
    ...(description == null ? {} : { description: description.trim() || null }),
  };
}

/** As `checkFields`, of a project that is to be made. */
export function checkNewProject({ id, ...fields }: NewProject, l10n: L10n): NewProject {
  return { id, ...checkFields(fields, l10n), name: checkName(fields.name, l10n) };
}

function checkName(name: string, l10n: L10n): string {
  const trimmed = name.trim();
  if (trimmed === '') throw new Refusal(l10n.t('Give the project a name.'));
  if ([...trimmed].length > longestProjectName)
    throw new Refusal(l10n.t('The name of a project has at most {0} characters.', longestProjectName));
  return trimmed;
}
