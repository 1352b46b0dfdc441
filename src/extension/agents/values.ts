import { clip } from '../../shared/format.ts';

/** A text in an answer, characters: an agent needs the reason, not the log. */
const longestText = 1_000;
const longestName = 200;
/** Of a list or a record. */
const mostEntries = 100;
/** Of names in a sentence. */
const mostNames = 50;

/**
 * `value` with no more than an agent can use of it: rows may hold a megabyte in any name, and any number of them.
 * `leftOut` is told of each list and record that ends early: where it is, and `the first 100 of 250`.
 */
export function bounded(value: unknown, leftOut: (where: string, what: string) => void, where = ''): unknown {
  if (typeof value === 'string') return clip(value, longestText);
  if (typeof value !== 'object' || value === null) return value;
  const all = Object.entries(value);
  if (all.length > mostEntries) leftOut(where, `the first ${mostEntries} of ${all.length}`);
  const entries = all.slice(0, mostEntries).map(([key, inner]): [string, unknown] => {
    const name = clip(key, longestName);
    return [name, bounded(inner, leftOut, where === '' ? name : `${where}.${name}`)];
  });
  return Array.isArray(value) ? entries.map(([, inner]) => inner) : Object.fromEntries(entries);
}

/** `a, b, c` of names that rows hold, and how many more: for an agent that asked for another one. */
export function someNames(names: readonly string[]): string {
  const some = names.slice(0, mostNames).map((name) => clip(name, longestName));
  const more = names.length - some.length;
  return more > 0 ? `${some.join(', ')} and ${more} more` : some.join(', ');
}

/** A time as ISO 8601; null for none and for one that cannot be told. */
export function iso(ms: number | null): string | null {
  return ms !== null && Number.isFinite(ms) && Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : null;
}

/** To six digits: more would only make the answer longer. What is whole stays whole. */
export function rounded(value: number): number {
  return Number.isInteger(value) ? value : Number(value.toPrecision(6));
}
