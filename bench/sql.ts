import { ensurePostgres } from '../scripts/suites/postgres.ts';
import type { Measure, Row } from './rows.ts';
import { measurePages } from './sql/pages.ts';
import { Server } from './sql/server.ts';
import { measureTimeline } from './sql/timeline.ts';
import { measureWal } from './sql/wal.ts';
import { measureWrites } from './sql/writes.ts';

/** Everything that sync costs in the database, on a PostgreSQL of its own. */
export const measure: Measure = async (say) => {
  const missing = ensurePostgres({ install: true });
  if (missing) throw new Error(missing);
  const server = await Server.start();
  try {
    const rows: Row[] = [];
    say('a page of sync_pull at 100,000 rows');
    rows.push(...(await measurePages(await server.open('pages'))));
    say('a page of the timeline at 100,000 events');
    rows.push(...(await measureTimeline(await server.open('timeline'))));
    const databases = { stamped: await server.open('stamped'), bare: await server.open('bare') };
    await databases.bare.dropTriggers();
    say('writes with and without the triggers');
    rows.push(...(await measureWrites(databases)));
    say('WAL of an update');
    rows.push(...(await measureWal(databases)));
    return rows;
  } finally {
    await server.stop();
  }
};
