import { clip } from '../../shared/format.ts';

/** A text in an answer, characters: an agent needs the reason, not the log. */
const longestText = 1_000;
const longestName = 200;
/** Of a list or a record. */
const mostEntries = 100;

/** `value` with no more than an agent can use of it: rows may hold a megabyte in any name, and any number of them. */
export function bounded(value: unknown): unknown {
  if (typeof value === 'string') return clip(value, longestText);
  if (Array.isArray(value)) return value.slice(0, mostEntries).map(bounded);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).slice(0, mostEntries);
  return Object.fromEntries(entries.map(([name, inner]) => [clip(name, longestName), bounded(inner)]));
}

/** `a, b, c` of names that rows hold: for an agent that asked for another one. */
export function someNames(names: readonly string[]): string {
  return names
    .slice(0, 50)
    .map((name) => clip(name, longestName))
    .join(', ');
}

/** A time as ISO 8601; null for none and for one that cannot be told. */
export function iso(ms: number | null): string | null {
  return ms !== null && Number.isFinite(ms) && Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : null;
}

/** To six digits: more would only make the answer longer. What is whole stays whole. */
export function rounded(value: number): number {
  return Number.isInteger(value) ? value : Number(value.toPrecision(6));
}
