import { type Excess, JsonCount, type JsonLimits } from './jsonCount.ts';

/** Whether a Content-Type says, or could be read as, CSV or a form. */
export function isCsvOrForm(type = ''): boolean {
  return /csv|form/i.test(type);
}

/**
 * Which limit the body of a request exceeds; null for none. JSON text in its strings counts as well, because PostgreSQL
 * reads it when the string becomes a jsonb. `type` is the Content-Type: CSV and forms have such strings, too, and Auth
 * reads everything as JSON.
 */
export function excessOf(body: Uint8Array, limits: JsonLimits, type?: string): Excess | null {
  if (!isCsvOrForm(type)) return excessOfJson(body, limits);
  const text = new TextDecoder().decode(body);
  return (
    excessOfForm(text, limits) ??
    excessOfCsv(text, limits) ??
    (parse(text) ? excessOfJson(body, limits) : null)
  );
}

function excessOfJson(body: Uint8Array, limits: JsonLimits): Excess | null {
  const count = new JsonCount(limits);
  const excess = count.add(body, true);
  if (excess) return excess;
  // As whoever reads it will: without a byte order mark. What is no JSON, nobody else will take for it.
  const parsed = parse(new TextDecoder().decode(body));
  return parsed ? count.addStrings(stringsOf(parsed.value)) : null;
}

function excessOfForm(text: string, limits: JsonLimits): Excess | null {
  // Not the length of a split, which would make them all.
  let pairs = 1;
  for (let at = text.indexOf('&'); at >= 0; at = text.indexOf('&', at + 1)) pairs++;
  if (pairs > limits.parameters) return 'parameters';
  return new JsonCount(limits).addStrings(new URLSearchParams(text).values());
}

/** Supabase Lite gives each row a value for each column of the first one. */
function excessOfCsv(text: string, limits: JsonLimits): Excess | null {
  const count = new JsonCount(limits);
  let fields = 0;
  let columns = 0;
  let rows = 0;
  for (const { field, endsRow } of fieldsOf(text)) {
    fields++;
    if (endsRow && columns === 0) columns = fields;
    else if (endsRow) rows++;
    if (Math.max(fields - columns, rows * columns) > limits.parameters) return 'parameters';
    const excess = count.addStrings([field]);
    if (excess) return excess;
  }
  return null;
}

/** The fields of CSV, as Supabase Lite splits it: a quote counts only at the beginning of a field. */
function* fieldsOf(csv: string): Generator<{ readonly field: string; readonly endsRow: boolean }> {
  const text = csv.replace(/\r\n?/g, '\n');
  for (let at = 0; at < text.length; at++) {
    let field: string;
    if (text[at] === '"') {
      let end = text.indexOf('"', at + 1);
      while (end >= 0 && text[end + 1] === '"') end = text.indexOf('"', end + 2);
      if (end < 0) end = text.length;
      field = text.slice(at + 1, end).replaceAll('""', '"');
      // What follows the quote at once is the next field.
      at = /[,\n]/.test(text[end + 1] ?? ',') ? end + 1 : end;
    } else {
      const separator = /[,\n]/g;
      separator.lastIndex = at;
      const end = separator.exec(text)?.index ?? text.length;
      field = text.slice(at, end);
      at = end;
    }
    yield { field, endsRow: text[at] === '\n' };
  }
}

function* stringsOf(value: unknown): Generator<string> {
  const pending = [value];
  while (pending.length > 0) {
    const next = pending.pop();
    if (typeof next === 'object' && next !== null) for (const part of Object.values(next)) pending.push(part);
    else if (typeof next === 'string') yield next;
  }
}

function parse(text: string): { readonly value: unknown } | null {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return null;
  }
}
