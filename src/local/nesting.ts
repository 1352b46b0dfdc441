const quote = 0x22;
const backslash = 0x5c;
const opening = new Set([0x5b, 0x7b]);
const closing = new Set([0x5d, 0x7d]);

/**
 * Whether arrays and objects of a request's body are nested deeper than `limit`, or those of JSON text in one of its
 * strings, which PostgreSQL reads when the string becomes a jsonb. `type` is the Content-Type: CSV and forms have such
 * strings as well, Auth reads everything as JSON.
 */
export function isTooDeep(body: Uint8Array, limit: number, type = ''): boolean {
  if (body.length <= limit) return false;
  const isOther = /csv|form/i.test(type);
  if (!isOther && isNestedDeeper(body, limit)) return true;
  // As whoever reads it will: without a byte order mark.
  const text = new TextDecoder().decode(body);
  if (
    isOther &&
    (isAnyTooDeep(fieldsOf(text), limit) || isAnyTooDeep(new URLSearchParams(text).values(), limit))
  )
    return true;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Nor will anybody else take it for JSON.
    return false;
  }
  return (isOther && isNestedDeeper(body, limit)) || isAnyTooDeep(stringsOf(value), limit);
}

function isAnyTooDeep(strings: Iterable<string>, limit: number): boolean {
  for (const text of strings)
    if (text.length > limit && /^\s*[[{]/.test(text) && isNestedDeeper(Buffer.from(text), limit)) return true;
  return false;
}

function* stringsOf(value: unknown): Generator<string> {
  const pending = [value];
  while (pending.length > 0) {
    const next = pending.pop();
    if (typeof next === 'object' && next !== null) for (const part of Object.values(next)) pending.push(part);
    else if (typeof next === 'string') yield next;
  }
}

/** The fields of CSV, as Supabase Lite splits it: a quote counts only at the beginning of a field. */
function* fieldsOf(text: string): Generator<string> {
  for (let at = 0; at < text.length; ) {
    if (text[at] === '"') {
      let end = text.indexOf('"', at + 1);
      while (end >= 0 && text[end + 1] === '"') end = text.indexOf('"', end + 2);
      if (end < 0) end = text.length;
      yield text.slice(at + 1, end).replaceAll('""', '"');
      at = end + (text[end + 1] === ',' ? 2 : 1);
    } else {
      const separator = /[,\r\n]/g;
      separator.lastIndex = at;
      const end = separator.exec(text)?.index ?? text.length;
      yield text.slice(at, end);
      at = end + 1;
    }
  }
}

/** As `isTooDeep`, without a look into strings. */
export function isNestedDeeper(text: Uint8Array, limit: number): boolean {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const byte = text[at] ?? 0;
    if (byte === quote) inString = !inString;
    else if (inString) at += byte === backslash ? 1 : 0;
    else if (opening.has(byte) && ++depth > limit) return true;
    else if (closing.has(byte)) depth--;
  }
  return false;
}

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
