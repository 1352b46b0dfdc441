import type { PGlite } from '@electric-sql/pglite';
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
} from 'kysely';
import type { Mutex } from './mutex.ts';
import { noteSqlError } from './sqlErrors.ts';

/**
 * PGlite is one session. Supabase Lite sets a request's role and claims with BEGIN … SET LOCAL … COMMIT, so two
 * requests that interleave run under one another's identity (40 of 80 did). Here whoever acquires the connection
 * has the session to itself until it is released.
 */
export function lockedDialect(pglite: PGlite, mutex: Mutex): Dialect {
  return {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new LockedDriver(pglite, mutex),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  };
}

class LockedDriver implements Driver {
  readonly #pglite: PGlite;
  readonly #mutex: Mutex;

  constructor(pglite: PGlite, mutex: Mutex) {
    this.#pglite = pglite;
    this.#mutex = mutex;
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<LockedConnection> {
    return new LockedConnection(this.#pglite, await this.#mutex.acquire());
  }

  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('BEGIN'));
    if (connection instanceof LockedConnection) connection.open = true;
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('COMMIT'));
    if (connection instanceof LockedConnection) connection.open = false;
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('ROLLBACK'));
    if (connection instanceof LockedConnection) connection.open = false;
  }

  async releaseConnection(connection: DatabaseConnection): Promise<void> {
    if (connection instanceof LockedConnection) await connection.giveBack();
  }

  async destroy(): Promise<void> {}
}

class LockedConnection implements DatabaseConnection {
  readonly #pglite: PGlite;
  readonly #release: () => void;
  /** True between BEGIN and its end. */
  open = false;

  constructor(pglite: PGlite, release: () => void) {
    this.#pglite = pglite;
    this.#release = release;
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const { rows, affectedRows } = await this.#pglite
      .query<R>(query.sql, [...query.parameters])
      .catch((error: unknown) => {
        noteSqlError(error);
        throw error;
      });
    return {
      rows,
      ...(affectedRows === undefined ? {} : { numAffectedRows: BigInt(affectedRows) }),
    };
  }

  // biome-ignore lint/correctness/useYield: PGlite has no cursors.
  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error('PGlite does not stream queries.');
  }

  /** A transaction left open would lend its identity to the next request. */
  async giveBack(): Promise<void> {
    try {
      if (this.open) await this.#pglite.exec('ROLLBACK');
    } finally {
      this.#release();
    }
  }
}
