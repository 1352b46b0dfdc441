import type { ProjectRow } from '../../shared/model.ts';
import { isRecord } from '../../shared/record.ts';
import { longestProjectName, type ProjectFields } from '../../shared/requests.ts';

/** What the form holds of a project. */
export interface ProjectText {
  readonly name: string;
  readonly description: string;
  /** `#rrggbb`, or null for none. */
  readonly color: string | null;
}

/** A project that is being made or changed. */
export interface ProjectDraft extends ProjectText {
  /** Null for one that is new. */
  readonly id: string | null;
  /** Id of its row, also of one that is yet to be made: asked for twice, since an answer was lost, it is made once. */
  readonly row: string;
  /** As it was when the form was opened: only what was changed since is sent. */
  readonly original: ProjectText;
}

/** A text is kept this long at most: far beyond what may be saved. */
const maxKept = 10_000;

export function draftOf(project: ProjectRow): ProjectDraft {
  const { id, name, description, color } = project;
  const original = { name, description: description ?? '', color };
  return { id, row: id, ...original, original };
}

export function newDraft(color: string): ProjectDraft {
  const original = { name: '', description: '', color };
  return { id: null, row: crypto.randomUUID(), ...original, original };
}

/** What the user changed, as it is to be saved; null when that is nothing. */
export function changedFields({ name, description, color, original }: ProjectDraft): ProjectFields | null {
  const fields: ProjectFields = {
    ...(name === original.name ? {} : { name: name.trim() }),
    ...(description === original.description ? {} : { description: description.trim() || null }),
    ...(color === original.color ? {} : { color }),
  };
  return Object.keys(fields).length > 0 ? fields : null;
}

/** Characters that a description may have. */
export const longestDescription = 1_000;

/** Why the name of a draft cannot be taken, or null; one that stays as a script has made it needs no leave. */
export function nameProblem({ id, name, original }: ProjectDraft): 'missing' | 'tooLong' | null {
  if (id !== null && name === original.name) return null;
  const length = textLength(name);
  return length === 0 ? 'missing' : length > longestProjectName ? 'tooLong' : null;
}

/** As `nameProblem`, of its description. */
export function descriptionProblem({ description, original }: ProjectDraft): 'tooLong' | null {
  return description !== original.description && textLength(description) > longestDescription
    ? 'tooLong'
    : null;
}

/** Characters of a text as it will be saved. */
export function textLength(text: string): number {
  return [...text.trim()].length;
}

/** A draft that was kept, if it can be read. */
export function decodeDraft(saved: unknown): ProjectDraft | null {
  if (!isRecord(saved)) return null;
  const { id, row } = saved;
  if ((id !== null && typeof id !== 'string') || typeof row !== 'string') return null;
  const text = decodeText(saved);
  const original = isRecord(saved.original) ? decodeText(saved.original) : null;
  return text && original ? { id, row, ...text, original } : null;
}

function decodeText({ name, description, color }: Record<string, unknown>): ProjectText | null {
  if (typeof name !== 'string' || typeof description !== 'string') return null;
  if (color !== null && typeof color !== 'string') return null;
  return { name: name.slice(0, maxKept), description: description.slice(0, maxKept), color };
}
