const quote = 0x22;
const backslash = 0x5c;
const opening = new Set([0x5b, 0x7b]);
const closing = new Set([0x5d, 0x7d]);

/**
 * Whether arrays and objects of JSON text (UTF-8) are nested deeper than `limit`, or those of JSON text in one of its
 * strings, which PostgreSQL reads when the string becomes a jsonb. Other text may open as many brackets.
 */
export function isTooDeep(text: Buffer, limit: number): boolean {
  if (text.length <= limit) return false;
  if (isNestedDeeper(text, limit)) return true;
  let value: unknown;
  try {
    value = JSON.parse(text.toString('utf8'));
  } catch {
    return countOpenings(text.toString('utf8')) > limit;
  }
  const pending = [value];
  while (pending.length > 0) {
    const next = pending.pop();
    if (typeof next === 'object' && next !== null) for (const part of Object.values(next)) pending.push(part);
    else if (typeof next === 'string' && next.length > limit && /^\s*[[{]/.test(next))
      if (isNestedDeeper(Buffer.from(next), limit)) return true;
  }
  return false;
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

/** How many brackets of any kind text opens. In a pattern some may be escaped, so how deep they nest is not told by them. */
export function countOpenings(text: string): number {
  return text.match(/[([{]/g)?.length ?? 0;
}
