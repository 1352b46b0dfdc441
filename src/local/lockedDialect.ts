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
import { isSqlError, noteSqlError } from './sqlErrors.ts';

/**
 * PGlite is one session. Supabase Lite sets a request's role and claims with BEGIN … SET LOCAL … COMMIT, so two
 * requests that interleave run under one another's identity (40 of 80 did). Here whoever acquires the connection
 * has the session to itself until it is released. `onBroken` is called when the session answers nothing sensible any more.
 */
export function lockedDialect(pglite: PGlite, mutex: Mutex, onBroken: () => void): Dialect {
  return {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new LockedDriver(pglite, mutex, onBroken),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  };
}

class LockedDriver implements Driver {
  readonly #pglite: PGlite;
  readonly #mutex: Mutex;
  readonly #onBroken: () => void;

  constructor(pglite: PGlite, mutex: Mutex, onBroken: () => void) {
    this.#pglite = pglite;
    this.#mutex = mutex;
    this.#onBroken = onBroken;
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<LockedConnection> {
    return new LockedConnection(this.#pglite, await this.#mutex.acquire(), this.#onBroken);
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
  readonly #onBroken: () => void;
  /** True between BEGIN and its end. */
  open = false;
  /** An internal error has been seen. */
  #suspect = false;

  constructor(pglite: PGlite, release: () => void, onBroken: () => void) {
    this.#pglite = pglite;
    this.#release = release;
    this.#onBroken = onBroken;
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const { rows, affectedRows } = await this.#pglite
      .query<R>(query.sql, [...query.parameters])
      .catch((error: unknown) => {
        noteSqlError(error);
        this.#suspect ||= !isSqlError(error) || error.code === 'XX000';
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
      // JavaScript's stack may have ended in the midst of a statement; PostgreSQL never gets over that.
      if (this.#suspect) await this.#pglite.query('select').catch(this.#onBroken);
    } finally {
      this.#release();
    }
  }
}
