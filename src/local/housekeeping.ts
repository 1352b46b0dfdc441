import type { Database } from './database.ts';

const interval = 60_000;
/** WAL since the last checkpoint that is worth one, bytes: what a restart after a crash would have to replay. */
const checkpointAfter = 32 * 1024 * 1024;
/** WAL since the last vacuum that is worth one, bytes. */
const vacuumAfter = 16 * 1024 * 1024;
const vacuumInterval = 60 * 60_000;

/** PGlite is a single process without checkpointer and autovacuum; a server that runs for weeks needs both. */
export class Housekeeping {
  readonly #database: Database;
  readonly #log: (...parts: unknown[]) => void;
  readonly #timer: NodeJS.Timeout;
  #vacuumed: { readonly at: number; readonly position: number } | null = null;

  constructor(database: Database, log: (...parts: unknown[]) => void) {
    this.#database = database;
    this.#log = log;
    this.#timer = setInterval(() => void this.work(), interval);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Looks how much was written and does what is due; never rejects. */
  async work(): Promise<void> {
    try {
      await this.#database.exclusive(async (query) => {
        const [wal] = await query<{ position: number; pending: number }>(`
          select (pg_current_wal_insert_lsn() - '0/0')::float8 as position,
            (pg_current_wal_insert_lsn() - redo_lsn)::float8 as pending from pg_control_checkpoint()`);
        if (!wal) return;
        this.#vacuumed ??= { at: Date.now(), position: wal.position };
        const { at, position } = this.#vacuumed;
        if (wal.position - position > vacuumAfter && Date.now() - at > vacuumInterval) {
          await query('vacuum (analyze)');
          this.#vacuumed = { at: Date.now(), position: wal.position };
        }
        if (wal.pending > checkpointAfter) await query('checkpoint');
      });
    } catch (error) {
      this.#log('housekeeping', error);
    }
  }
}
