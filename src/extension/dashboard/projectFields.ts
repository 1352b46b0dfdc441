import { listWords, t } from '../../shared/l10n.ts';
import { longestProjectName, type NewProject, type ProjectFields } from '../../shared/requests.ts';
import { Refusal } from './refusal.ts';

const statuses = ['active', 'paused', 'archived'];

/** What is to be set, with its texts trimmed; throws a `Refusal` that says what is wrong. */
export function checkFields(fields: ProjectFields): ProjectFields {
  const { name, description, status, color } = fields;
  if (Object.keys(fields).length === 0) throw new Refusal(t('Nothing was said to be changed.'));
  if (status !== undefined && !statuses.includes(status))
    throw new Refusal(t('The status must be one of {0}.', listWords(statuses)));
  if (color != null && !/^#[0-9a-f]{6}$/i.test(color))
    throw new Refusal(t('The color must be written as #rrggbb, for example #3794ff.'));
  return {
    ...fields,
    ...(name === undefined ? {} : { name: checkName(name) }),
    ...(description == null ? {} : { description: description.trim() || null }),
  };
}

/** As `checkFields`, of a project that is to be made. */
export function checkNewProject({ id, ...fields }: NewProject): NewProject {
  return { id, ...checkFields(fields), name: checkName(fields.name) };
}

function checkName(name: string): string {
  const trimmed = name.trim();
  if (trimmed === '') throw new Refusal(t('Give the project a name.'));
  if ([...trimmed].length > longestProjectName)
    throw new Refusal(t('The name of a project has at most {0} characters.', longestProjectName));
  return trimmed;
}
