import type { Query } from '../database.ts';
import type { Catalog, Column, PublishedTable, Rights } from './catalog.ts';
import { type Binding, describeBinding, type Filter } from './filter.ts';
import { identifier } from './identifiers.ts';

/** A comparison that needs no SQL: the column's value as text equals `value`, or not. */
interface Equality {
  readonly column: string;
  readonly value: string;
}

/** Which rows of one table a binding wants. */
export interface Predicate {
  readonly equalities: readonly Equality[];
  /** A condition on the row `r`, or null when the equalities say it all. */
  readonly sql: string | null;
}

/** A binding that the database accepted, with the tables it covers. */
export interface ArmedBinding {
  readonly binding: Binding;
  readonly tables: ReadonlyMap<number, Predicate>;
}

/** The database refuses a binding; the message is the real server's. */
export class BindingError extends Error {
  override readonly name = 'BindingError';
}

/** Checks bindings against the schema as the real server does: one bad binding fails them all. */
export async function arm(
  query: Query,
  catalog: Catalog,
  role: string,
  bindings: readonly Binding[],
): Promise<ArmedBinding[]> {
  const tables = await catalog.tables(query);
  const rights = await catalog.rights(query, role);
  const armed: ArmedBinding[] = [];
  for (const binding of bindings) {
    if (!rights) throw unknownRole(binding, role);
    const covered = [...tables.values()].filter((table) => covers(binding, table));
    if (covered.length === 0) throw notPublished(binding);
    const predicates = new Map<number, Predicate>();
    for (const table of covered) predicates.set(table.oid, await predicateOf(query, binding, table, rights));
    armed.push({ binding, tables: predicates });
  }
  return armed;
}

export function unknownRole(binding: Binding, role: string): BindingError {
  return exception(binding, `ERROR 42704 (undefined_object) role "${role}" does not exist`);
}

export function notPublished(binding: Binding): BindingError {
  return new BindingError(
    `Unable to subscribe to changes with given parameters. Please check Realtime is enabled for the given connect parameters: ${describeBinding(binding)}`,
  );
}

function covers({ schema, table }: Binding, { schema: ownSchema, name }: PublishedTable): boolean {
  return (schema === '*' || schema === ownSchema) && (table === '*' || table === name);
}

async function predicateOf(
  query: Query,
  binding: Binding,
  table: PublishedTable,
  rights: Rights,
): Promise<Predicate> {
  const readable = rights.columns.get(table.oid) ?? new Set();
  for (const name of binding.select ?? []) {
    if (!readable.has(name)) throw raised(binding, `invalid column for select ${name}`);
  }
  const equalities: Equality[] = [];
  const conditions: string[] = [];
  for (const filter of binding.filters) {
    const column = table.columns.find(({ name }) => name === filter.column);
    if (!column || !readable.has(column.name)) {
      throw raised(binding, `invalid column for filter ${filter.column}`);
    }
    const canonical = await checkValue(query, binding, filter, column);
    if (filter.operator === 'eq' && !filter.negated && plainTypes.has(column.type)) {
      equalities.push({ column: column.name, value: canonical });
    } else conditions.push(conditionOf(filter, column));
  }
  return { equalities, sql: conditions.length > 0 ? conditions.join(' and ') : null };
}

/** Types whose equal values have equal texts. */
const plainTypes = new Set(['uuid', 'text', 'varchar', 'int2', 'int4', 'int8', 'bool', 'date']);

const maxInValues = 100;

/** Casts the value as the filter will and answers its text; throws what the cast throws. */
async function checkValue(
  query: Query,
  binding: Binding,
  { operator, value }: Filter,
  column: Column,
): Promise<string> {
  const type = operator === 'in' ? `${column.sqlType}[]` : column.sqlType;
  try {
    // An expression that is none would only be noticed at the first change.
    if (operator === 'match' || operator === 'imatch') await query(`select '' ~ ${literal(value)}`);
    if (['like', 'ilike', 'match', 'imatch', 'is'].includes(operator)) return value;
    const [row] = await query<{ text: string; count: number }>(
      `select (v.value)::text as text, ${operator === 'in' ? 'coalesce(cardinality(v.value), 0)' : '1'} as count
       from (select ${literal(value)}::${type} as value) v`,
    );
    if (row && row.count > maxInValues) {
      throw raised(binding, `too many values for \`in\` filter. Maximum ${maxInValues}`);
    }
    return row?.text === 't' && column.type === 'bool'
      ? 'true'
      : row?.text === 'f' && column.type === 'bool'
        ? 'false'
        : (row?.text ?? '');
  } catch (error) {
    if (error instanceof BindingError) throw error;
    throw exception(binding, describeError(error));
  }
}

const comparisons = {
  eq: '=',
  neq: '<>',
  lt: '<',
  lte: '<=',
  gt: '>',
  gte: '>=',
  like: 'like',
  ilike: 'ilike',
  match: '~',
  imatch: '~*',
} as const;

function conditionOf({ operator, value, negated }: Filter, column: Column): string {
  const name = `r.${identifier(column.name)}`;
  const condition = positiveCondition(operator, value, name, column.sqlType);
  return negated ? `(not ${condition})` : condition;
}

function positiveCondition(operator: Filter['operator'], value: string, name: string, type: string): string {
  switch (operator) {
    case 'in':
      return `(${name} = any (${literal(value)}::${type}[]))`;
    case 'isdistinct':
      return `(${name} is distinct from ${literal(value)}::${type})`;
    case 'is':
      return `(${name} is ${truthValue(value)})`;
    case 'like':
    case 'ilike':
    case 'match':
    case 'imatch':
      return `(${name}::text ${comparisons[operator]} ${literal(value)})`;
    case 'eq':
    case 'neq':
    case 'lt':
    case 'lte':
    case 'gt':
    case 'gte':
      return `(${name} ${comparisons[operator]} ${literal(value)}::${type})`;
    default:
      return operator satisfies never;
  }
}

function truthValue(value: string): string {
  const known = ['null', 'true', 'false', 'unknown'].find((name) => name === value.toLowerCase());
  return known ?? 'null';
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function raised(binding: Binding, message: string): BindingError {
  return exception(binding, `ERROR P0001 (raise_exception) ${message}`);
}

function exception(binding: Binding, message: string): BindingError {
  return new BindingError(
    `Unable to subscribe to changes with given parameters. An exception happened so please check your connect parameters: ${describeBinding(binding)}. Exception: ${message}`,
  );
}

const conditionNames: Readonly<Record<string, string>> = {
  '22P02': 'invalid_text_representation',
  '22003': 'numeric_value_out_of_range',
  '22007': 'invalid_datetime_format',
  '22008': 'datetime_field_overflow',
};

function describeError(error: unknown): string {
  const { code = 'XX000', message = String(error) } = error as { code?: string; message?: string };
  return `ERROR ${code} (${conditionNames[code] ?? 'error'}) ${message}`;
}
