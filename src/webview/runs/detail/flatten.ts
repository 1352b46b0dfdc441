import { isRecord } from '../../../shared/record.ts';

/** One value of a configuration under its whole name. */
export interface ConfigEntry {
  /** Names of nested objects joined by dots: `optimizer.betas`. */
  readonly key: string;
  /** A scalar, or a list or object that is shown as JSON. */
  readonly value: unknown;
}

/** More entries than this are no configuration that anybody reads line by line. */
export const maxEntries = 2_000;

/**
 * The values of a configuration in its own order. Objects become dotted names, as do lists of objects (`layers.0.size`);
 * other lists and empty objects are values. At most `maxEntries`.
 */
export function flatten(config: Readonly<Record<string, unknown>>): ConfigEntry[] {
  const entries: ConfigEntry[] = [];
  addEntries(entries, config, '');
  return entries;
}

function addEntries(entries: ConfigEntry[], value: object, prefix: string): void {
  for (const [name, inner] of Object.entries(value)) {
    if (entries.length >= maxEntries) return;
    const key = joined(prefix, name);
    if (isNested(inner)) addEntries(entries, inner, key);
    else entries.push({ key, value: inner });
  }
}

function isNested(value: unknown): value is object {
  if (Array.isArray(value)) return value.some((item) => typeof item === 'object' && item !== null);
  return isRecord(value) && Object.keys(value).length > 0;
}

/** A name that has dots of its own stands in brackets, so that no two values share a key. */
function joined(prefix: string, name: string): string {
  const own = name === '' || /[.[\]]/.test(name) ? `[${JSON.stringify(name)}]` : name;
  return prefix === '' ? own : own.startsWith('[') ? prefix + own : `${prefix}.${own}`;
}

/** A value as one reads it: text without quotes unless it would read as something else, all other values as JSON. */
export function valueText(value: unknown): string {
  if (typeof value === 'string') return readsAsJson(value) ? JSON.stringify(value) : value;
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  return spaced(value) ?? String(value);
}

/** JSON in one line with a space behind each comma: of its line breaks none is inside a text. */
function spaced(value: unknown): string | undefined {
  return JSON.stringify(value, null, 1)?.replaceAll(/(,?)\n */g, (_, comma) => (comma ? ', ' : ''));
}

function readsAsJson(text: string): boolean {
  return text === '' || text.trim() !== text || /^(true|false|null|-?\d[\d.eE+-]*|[[{].*[\]}])$/s.test(text);
}

/** Entries whose key or value holds every word of `search`, whatever the case. */
export function searchEntries(entries: readonly ConfigEntry[], search: string): readonly ConfigEntry[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return entries;
  return entries.filter(({ key, value }) => {
    const text = `${key} ${valueText(value)}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}
