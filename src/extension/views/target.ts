import { isRecord } from '../../shared/record.ts';

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
