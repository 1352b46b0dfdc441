import { isRecord } from '../../shared/record.ts';
import { maxCompared } from '../../shared/runs.ts';

const kinds = ['run', 'model', 'project'] as const;

/** What a command of a row is about. */
export interface NodeTarget {
  readonly kind: (typeof kinds)[number];
  readonly id: string;
}

/** Of a row of a side view, or of what its click passes; null for anything else. */
export function targetOf(argument: unknown): NodeTarget | null {
  if (!isRecord(argument)) return null;
  const { kind, id } = argument;
  if (typeof id !== 'string') return null;
  const known = kinds.find((name) => name === kind);
  if (known) return { kind: known, id };
  const ofRow = kinds.find((name) => id.startsWith(`${name}/`));
  return ofRow ? { kind: ofRow, id: id.slice(ofRow.length + 1) } : null;
}

/** Ids of runs to compare: of an array of 2 to 10 ids or targets; null for anything else. */
export function comparedOf(argument: unknown): readonly string[] | null {
  if (!Array.isArray(argument)) return null;
  const ids = argument.map((each) => {
    if (typeof each === 'string') return each;
    const target = targetOf(each);
    return target?.kind === 'run' ? target.id : null;
  });
  const known = [...new Set(ids)].filter((id) => id !== null);
  const fits = !ids.includes(null) && known.length >= 2 && known.length <= maxCompared;
  return fits ? known : null;
}
