/**
 * How many characters a regular expression has when each `{m,n}` is written out, at most. PostgreSQL does that, and walks
 * through them with one step of the stack for each.
 */
export function patternSize(pattern: string): number {
  const times = Array.from(pattern.matchAll(/\{(\d+)(?:,(\d*))?\}/g), ([, from, to]) =>
    Math.max(1, Number(from), Number(to || 0)),
  );
  // Without groups none repeats what another one has made.
  return pattern.includes('(')
    ? times.reduce((size, n) => size * n, pattern.length)
    : times.reduce((size, n) => size + n, pattern.length);
}

/** How many brackets of any kind text opens. In a pattern some may be escaped, so how deep they nest is not told by them. */
export function countOpenings(text: string): number {
  return text.match(/[([{]/g)?.length ?? 0;
}
