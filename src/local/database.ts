import { type Extension, PGlite } from '@electric-sql/pglite';
import { App } from '@supabase/lite';
import { createPgliteConnection, type PgliteConnection } from '@supabase/lite/pglite';
import { Kysely } from 'kysely';
import type { Secrets } from './keys.ts';
import { lockedDialect } from './lockedDialect.ts';
import { Mutex } from './mutex.ts';
import { keepParserPlain } from './parser.ts';
import { parsers } from './parsers.ts';
import { watchSession } from './session.ts';

/** Runs one statement and answers its rows; parameters are `$1`, `$2`, … */
export type Query = <Row = Record<string, unknown>>(
  sql: string,
  parameters?: readonly unknown[],
) => Promise<Row[]>;

/** One PGlite session behind one lock: REST, Auth and Realtime never see it in the middle of another's work. */
export class Database {
  readonly app: App;
  readonly #connection: PgliteConnection;
  readonly #mutex: Mutex;

  constructor(connection: PgliteConnection, app: App, mutex: Mutex) {
    this.#connection = connection;
    this.app = app;
    this.#mutex = mutex;
  }

  get #pglite(): PGlite {
    return this.#connection.driver;
  }

  /** Gives `work` the session to itself, as the superuser. It must end every transaction that it begins. */
  exclusive<T>(work: (query: Query) => Promise<T>): Promise<T> {
    return this.#mutex.run(() =>
      work(async <Row>(sql: string, parameters: readonly unknown[] = []) => {
        const { rows } = await this.#pglite.query<Row>(sql, [...parameters]);
        return rows;
      }),
    );
  }

  /** Runs a script of several statements in one transaction: all of it or, when it fails, nothing. */
  script(sql: string): Promise<void> {
    return this.#mutex.run(async () => {
      await this.#pglite.exec('BEGIN');
      try {
        await this.#pglite.exec(sql);
        await this.#pglite.exec('COMMIT');
      } catch (error) {
        await this.#pglite.exec('ROLLBACK');
        throw error;
      }
    });
  }

  /** Calls back after each commit that notified `channel`, until the database is closed. */
  async listen(channel: string, callback: () => void): Promise<void> {
    await this.#mutex.run(() => this.#pglite.listen(channel, callback));
  }

  /** REST reads its idea of the schema again at the next request. */
  async forgetSchema(): Promise<void> {
    await this.#connection.clearSchemaCache();
  }

  /** Waits for the work in progress, then writes everything down. */
  async close(): Promise<void> {
    const release = await this.#mutex.acquire();
    try {
      await this.#pglite.close();
    } finally {
      release();
    }
  }
}

/**
 * Opens the PostgreSQL folder at `path`, making it if it is new; access tokens are valid for `tokenLifetime` seconds.
 * `onPanic` is called when PostgreSQL gives up later (no room for its log, above all) and must end the process: PGlite
 * never comes back from the statement. PostgreSQL's usual 128 MB of buffers would be resident.
 */
export async function openDatabase(
  path: string,
  secrets: Secrets,
  tokenLifetime = 3600,
  onPanic: () => void = () => {},
): Promise<Database> {
  const mutex = new Mutex();
  let isOpen = false;
  const connection = await createPgliteConnection({
    url: path,
    pgliteOptions: {
      parsers,
      startParams: [
        ...PGlite.defaultStartParams,
        ...['-c', 'shared_buffers=16MB'],
        // JavaScript's stack, on which WebAssembly runs as well, ends before PostgreSQL's usual 2 MB. It has levels left
        // for most of what nests, not for all: the server looks at bodies before (body.ts).
        ...['-c', 'max_stack_depth=100kB'],
      ],
      // A new folder has one segment, and 16 MB of zeros would be the larger part of it.
      initDbStartParams: ['--wal-segsize=1'],
      extensions: { panic: panicHook(() => isOpen && onPanic()) },
    },
  });
  keepParserPlain(connection.driver);
  await connection.driver.waitReady;
  isOpen = true;
  watchSession(connection.driver, onPanic);
  connection.kysely = new Kysely({ dialect: lockedDialect(connection.driver, mutex) });
  // Supabase Lite would grant every right on every table to every role at the first request; rights are the migrations' business.
  Object.assign(connection, { rlsState: 'active' });
  const app = new App({
    connection,
    auth: {
      enabled: true,
      jwt_secret: secrets.jwtSecret,
      jwt_expiry: tokenLifetime,
      publishable_key: secrets.publishableKey,
      secret_key: secrets.secretKey,
      enable_signup: true,
      email: { enable_signup: true, enable_confirmations: false },
    },
    options: { server: { disableStudio: true, admin: false } },
  });
  return new Database(connection, app, mutex);
}

/** Called from within the statement; the error of PostgreSQL gets nowhere. */
function panicHook(onAbort: () => void): Extension {
  return {
    name: 'panic hook',
    setup: (_pglite, emscriptenOpts) => Promise.resolve({ emscriptenOpts: { ...emscriptenOpts, onAbort } }),
  };
}
