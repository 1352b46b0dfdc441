import { createHash } from 'node:crypto';
import { httpLimits, realtimeLimits } from '../limits.ts';
import { countOpenings, patternSize } from '../patterns.ts';

const operators = [
  'eq',
  'neq',
  'lt',
  'lte',
  'gt',
  'gte',
  'in',
  'like',
  'ilike',
  'is',
  'match',
  'imatch',
  'isdistinct',
] as const;
type Operator = (typeof operators)[number];
export type ChangeType = 'INSERT' | 'UPDATE' | 'DELETE';

export interface Filter {
  readonly column: string;
  readonly operator: Operator;
  /** As sent; of `in` the list as an array literal `{a,b}`. */
  readonly value: string;
  readonly negated: boolean;
}

/** One entry of `postgres_changes` in a join, understood. */
export interface Binding {
  readonly id: number;
  readonly event: ChangeType | '*';
  readonly schema: string;
  readonly table: string;
  readonly filters: readonly Filter[];
  /** Columns to send besides the key; null for all. */
  readonly select: readonly string[] | null;
}

/** Names a binding by its parameters, 27 bits: equal parameters have the same id in every channel. */
export function bindingId(parameters: Readonly<Record<string, unknown>>): number {
  const sorted = Object.entries(parameters).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(sorted)).digest().readUInt32BE(0) >>> 5;
}

/** Reads the parameters of a binding, or says in the real server's words why they are none. */
export function parseBinding(
  parameters: Readonly<Record<string, unknown>>,
): { readonly binding: Binding } | { readonly error: string } {
  const { event, schema, table, filter, select } = parameters;
  if (
    (schema === undefined && table === undefined) ||
    filter === null ||
    (filter !== undefined && typeof filter !== 'string')
  ) {
    return {
      error: `No subscription params provided. Please provide at least a \`schema\` or \`table\` to subscribe to: ${elixirMap(parameters)}`,
    };
  }
  const filters: Filter[] = [];
  const parts = splitFilters(filter ?? '');
  if (parts.length > realtimeLimits.filters)
    return { error: `too many conditions in \`filter\`. Maximum ${realtimeLimits.filters}` };
  if (countOpenings(filter ?? '') > httpLimits.brackets)
    return { error: `too many brackets in \`filter\`. Maximum ${httpLimits.brackets}` };
  for (const part of parts) {
    const parsed = parseFilter(part);
    if ('error' in parsed) return parsed;
    filters.push(parsed);
  }
  return {
    binding: {
      id: bindingId(parameters),
      event: changeType(event),
      schema: typeof schema === 'string' ? schema : 'public',
      table: typeof table === 'string' ? table : '*',
      filters,
      select: Array.isArray(select) ? select.filter((column) => typeof column === 'string') : null,
    },
  };
}

function changeType(event: unknown): ChangeType | '*' {
  const name = typeof event === 'string' ? event.toUpperCase() : '*';
  return name === 'INSERT' || name === 'UPDATE' || name === 'DELETE' ? name : '*';
}

/** Splits at commas outside parentheses: `a=eq.1,b=in.(1,2)` is two filters. */
function splitFilters(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let part = '';
  for (const character of text) {
    if (character === '(') depth++;
    if (character === ')') depth--;
    if (character === ',' && depth === 0) {
      parts.push(part);
      part = '';
    } else part += character;
  }
  parts.push(part);
  return text === '' ? [] : parts;
}

function parseFilter(text: string): Filter | { readonly error: string } {
  const split = text.indexOf('=');
  if (split === -1) return { error: `Error parsing \`filter\` params: ${JSON.stringify([text])}` };
  const column = text.slice(0, split);
  let rest = text.slice(split + 1);
  const negated = rest.startsWith('not.');
  if (negated) rest = rest.slice(4);
  const dot = rest.indexOf('.');
  const operator = operators.find((name) => name === rest.slice(0, dot));
  if (dot === -1 || !operator) {
    const pieces = dot === -1 ? [rest] : [rest.slice(0, dot), rest.slice(dot + 1)];
    return { error: `Error parsing \`filter\` params: [${pieces.map((p) => JSON.stringify(p)).join(', ')}]` };
  }
  const value = rest.slice(dot + 1);
  if ((operator === 'match' || operator === 'imatch') && patternSize(value) > httpLimits.pattern)
    return {
      error: `\`${operator}\` pattern is too large. Maximum ${httpLimits.pattern} characters, repetitions written out`,
    };
  if (operator !== 'in') return { column, operator, value, negated };
  const list = /^\((.*)\)$/s.exec(value);
  if (!list) return { error: `\`in\` filter value must be wrapped by parentheses` };
  return { column, operator, value: `{${list[1]}}`, negated };
}

/** How the real server prints a binding in its messages. */
export function describeBinding({ event, schema, table, filters, select }: Binding): string {
  const printed = filters.map(
    ({ column, operator, value, negated }) =>
      `{${JSON.stringify(column)}, "${operator}", ${JSON.stringify(value)}, ${negated}}`,
  );
  const columns = select ? `[${select.map((c) => JSON.stringify(c)).join(', ')}]` : 'nil';
  return `[event: ${event}, schema: ${schema}, table: ${table}, filters: [${printed.join(', ')}], select: ${columns}]`;
}

function elixirMap(parameters: Readonly<Record<string, unknown>>): string {
  const entries = Object.entries(parameters)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${JSON.stringify(key)} => ${value === null ? 'nil' : JSON.stringify(value)}`);
  return `%{${entries.join(', ')}}`;
}
