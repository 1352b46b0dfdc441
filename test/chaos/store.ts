import type { Tombstone } from '../../src/extension/sync/transport.ts';
import type { Table } from '../../src/shared/model.ts';
import type { AnyRow } from './rows.ts';

/** A row as committed. */
export interface Stored {
  readonly table: Table;
  readonly id: string;
  readonly userId: string;
  readonly seq: number;
  readonly row: AnyRow;
  /** False: a column has a type that no client expects. */
  readonly readable: boolean;
}

export interface Head {
  readonly seq: number;
  readonly floor: number;
}

/** Everything that a backup keeps. */
export interface Store {
  /** By user and key; the row that was changed last comes last. */
  readonly rows: Map<string, Map<string, Stored>>;
  readonly heads: Map<string, Head>;
  /** By user, in seq order. */
  readonly tombstones: Map<string, readonly Tombstone[]>;
}

export function emptyStore(): Store {
  return { rows: new Map(), heads: new Map(), tombstones: new Map() };
}

export function copyStore({ rows, heads, tombstones }: Store): Store {
  const copies = [...rows].map(([userId, own]) => [userId, new Map(own)] as const);
  return { rows: new Map(copies), heads: new Map(heads), tombstones: new Map(tombstones) };
}

export function keyOf(table: Table, id: string): string {
  return `${table}/${id}`;
}
