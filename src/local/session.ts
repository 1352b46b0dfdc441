import type { PGlite } from '@electric-sql/pglite';

/**
 * Calls `onBroken` when JavaScript's stack, on which PostgreSQL runs, ends in the midst of a statement. PostgreSQL never gets
 * over that, and PGlite says nothing: the statement has no rows, and the next ones fail, answer for others or never end.
 */
export function watchSession(pglite: PGlite, onBroken: () => void): void {
  const module = pglite.Module;
  const step = module._PostgresMainLoopOnce;
  module._PostgresMainLoopOnce = () => {
    try {
      step();
    } catch (error) {
      // What PostgreSQL itself throws, to get out of a statement that failed, has a status and is no Error.
      if (error instanceof Error) onBroken();
      throw error;
    }
  };
}
