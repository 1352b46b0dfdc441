import type { Database, Query } from '../database.ts';
import type { Claims } from '../jwt.ts';
import type { ArmedBinding, Predicate } from './arming.ts';
import type { Catalog, PublishedTable, Rights } from './catalog.ts';
import type { Change } from './change.ts';
import { filteredRow, SqlConditions } from './conditions.ts';
import type { ChangeType } from './filter.ts';
import { parseRow, render } from './render.ts';
import { visibleKeys } from './visibility.ts';

/** Where changes go: one joined channel of one socket. */
export interface Subscriber {
  readonly claims: Claims;
  readonly armed: readonly ArmedBinding[];
  /** `data` is the JSON text of the change. */
  deliver(type: ChangeType, ids: readonly number[], data: string): void;
}

/** Changes taken from the outbox at once. */
const batchSize = 500;
/** After so many rows an empty outbox is truncated: nothing vacuums it. */
const truncateAfter = 5000;

/**
 * Takes committed changes from the outbox and tells each subscriber those that it asked for and may see now:
 *
 *   outbox → bindings whose table, event and filter fit → rows that the claims' role can SELECT → one frame per
 *   channel and change
 */
export class ChangeFeed {
  readonly #database: Database;
  readonly #catalog: Catalog;
  readonly #subscribers: () => readonly Subscriber[];
  readonly #log: (...parts: unknown[]) => void;
  #draining: Promise<void> | null = null;
  #again = false;
  #sinceTruncate = 0;

  constructor(
    database: Database,
    catalog: Catalog,
    subscribers: () => readonly Subscriber[],
    log: (...parts: unknown[]) => void,
  ) {
    this.#database = database;
    this.#catalog = catalog;
    this.#subscribers = subscribers;
    this.#log = log;
  }

  /** Delivers what is in the outbox; a call during the work makes it look once more. */
  drain(): Promise<void> {
    this.#again = true;
    this.#draining ??= this.#run().finally(() => {
      this.#draining = null;
    });
    return this.#draining;
  }

  async #run(): Promise<void> {
    while (this.#again) {
      this.#again = false;
      try {
        if (await this.#database.exclusive((query) => this.#batch(query))) this.#again = true;
      } catch (error) {
        this.#log('changes could not be delivered', error);
      }
    }
  }

  /** Answers whether there may be more. */
  async #batch(query: Query): Promise<boolean> {
    const rows = await query<OutboxRow>(`
      select id::int8 as id, tbl::int as tbl, type, new::text as new, old::text as old,
        to_char(max(at) over (partition by xid) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as committed_at
      from runglass_local.outbox order by id limit ${batchSize}`);
    const last = rows.at(-1);
    if (!last) {
      if (this.#sinceTruncate > truncateAfter) {
        await query('truncate runglass_local.outbox');
        this.#sinceTruncate = 0;
      }
      return false;
    }
    await query('delete from runglass_local.outbox where id <= $1', [last.id]);
    this.#sinceTruncate += rows.length;
    const tables = await this.#catalog.tables(query);
    const changes = rows.flatMap((row) => toChange(row, tables) ?? []);
    await this.#deliver(query, changes);
    return rows.length === batchSize || this.#sinceTruncate > truncateAfter;
  }

  async #deliver(query: Query, changes: readonly Change[]): Promise<void> {
    const subscribers = this.#subscribers().filter(({ armed }) => armed.length > 0);
    if (subscribers.length === 0 || changes.length === 0) return;
    const matches = await this.#match(query, changes, subscribers);
    const visible = await this.#visible(query, changes, subscribers, matches);
    for (const [index, change] of changes.entries()) {
      for (const subscriber of subscribers) {
        const rights = await this.#catalog.rights(query, subscriber.claims.role);
        if (!rights) continue;
        const problem = problemOf(change, rights);
        const matched = problem
          ? bindingsOf(subscriber, change)
          : (matches.get(subscriber)?.get(index) ?? []);
        if (matched.length === 0 || (!problem && !visible(subscriber, index))) continue;
        for (const { ids, select } of bySelect(matched)) {
          subscriber.deliver(change.type, ids, render(change, rights, select, problem));
        }
      }
    }
  }

  /** For each subscriber, by index of the change, the bindings that fit it. */
  async #match(
    query: Query,
    changes: readonly Change[],
    subscribers: readonly Subscriber[],
  ): Promise<Matches> {
    const conditions = new SqlConditions(changes);
    for (const subscriber of subscribers)
      for (const change of changes)
        for (const { tables } of bindingsOf(subscriber, change)) {
          const sql = tables.get(change.table.oid)?.sql;
          if (sql) conditions.add(change.table, sql);
        }
    await conditions.evaluate(query, (error) => this.#log('a filter failed', error));
    return new Map(
      subscribers.map((subscriber) => {
        const own = new Map<number, readonly ArmedBinding[]>();
        for (const [index, change] of changes.entries()) {
          const matched = bindingsOf(subscriber, change).filter((armed) => {
            const predicate = armed.tables.get(change.table.oid);
            return predicate && holds(predicate, change) && conditions.holds(index, predicate.sql);
          });
          if (matched.length > 0) own.set(index, matched);
        }
        return [subscriber, own];
      }),
    );
  }

  /** Asks once per identity and table which of the changed rows its role can SELECT now. */
  async #visible(
    query: Query,
    changes: readonly Change[],
    subscribers: readonly Subscriber[],
    matches: Matches,
  ): Promise<(subscriber: Subscriber, index: number) => boolean> {
    const asked = new Map<string, { claims: Claims; indexes: Set<number> }>();
    for (const subscriber of subscribers) {
      const rights = await this.#catalog.rights(query, subscriber.claims.role);
      if (!rights) continue;
      for (const index of matches.get(subscriber)?.keys() ?? []) {
        const change = changes[index];
        if (!change || !needsLook(change, rights)) continue;
        const identity = JSON.stringify(subscriber.claims);
        const entry = asked.get(identity) ?? { claims: subscriber.claims, indexes: new Set<number>() };
        asked.set(identity, entry);
        entry.indexes.add(index);
      }
    }
    const seen = new Map<string, ReadonlySet<number>>();
    for (const [identity, { claims, indexes }] of asked) {
      try {
        seen.set(identity, await visibleKeys(query, claims, changes, [...indexes]));
      } catch (error) {
        this.#log('row security could not be asked', error);
      }
    }
    return (subscriber, index) => {
      const identity = JSON.stringify(subscriber.claims);
      return !asked.get(identity)?.indexes.has(index) || (seen.get(identity)?.has(index) ?? false);
    };
  }
}

type Matches = ReadonlyMap<Subscriber, ReadonlyMap<number, readonly ArmedBinding[]>>;

interface OutboxRow {
  readonly id: number;
  readonly tbl: number;
  readonly type: ChangeType;
  readonly new: string | null;
  readonly old: string | null;
  readonly committed_at: string;
}

function toChange(row: OutboxRow, tables: ReadonlyMap<number, PublishedTable>): Change | null {
  const table = tables.get(row.tbl);
  if (!table) return null;
  return {
    table,
    type: row.type,
    committedAt: row.committed_at,
    new: row.new === null ? null : parseRow(row.new, table),
    old: row.old === null ? null : parseRow(row.old, table),
    size: (row.new?.length ?? 0) + (table.identityFull ? (row.old?.length ?? 0) : 0),
  };
}

function bindingsOf(subscriber: Subscriber, { table, type }: Change): readonly ArmedBinding[] {
  return subscriber.armed.filter(
    ({ binding, tables }) => tables.has(table.oid) && (binding.event === '*' || binding.event === type),
  );
}

function holds({ equalities }: Predicate, change: Change): boolean {
  const row = filteredRow(change);
  return equalities.every(({ column, value }) => {
    const own = row[column];
    return own !== null && own !== undefined && textOf(own) === value;
  });
}

/** Numbers beyond double precision are raw JSON objects. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Tables without a key, and roles that may not read it, get an error in place of the row. */
function problemOf(change: Change, rights: Rights): string | null {
  if (change.type === 'DELETE') return null;
  if (change.table.key.length === 0) return 'Error 400: Bad Request, no primary key';
  const readable = rights.columns.get(change.table.oid);
  if (!change.table.key.every(({ name }) => readable?.has(name))) return 'Error 401: Unauthorized';
  return null;
}

function needsLook({ table, type }: Change, rights: Rights): boolean {
  return table.rowSecurity && type !== 'DELETE' && !rights.bypassesRowSecurity;
}

function bySelect(
  matched: readonly ArmedBinding[],
): { readonly ids: number[]; readonly select: readonly string[] | null }[] {
  const groups = new Map<string, { ids: number[]; select: readonly string[] | null }>();
  for (const { binding } of matched) {
    const key = binding.select ? [...binding.select].sort().join() : '*';
    const group = groups.get(key);
    if (group) group.ids.push(binding.id);
    else groups.set(key, { ids: [binding.id], select: binding.select });
  }
  return [...groups.values()];
}
