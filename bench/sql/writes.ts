import { type Row, row } from '../rows.ts';
import { median } from '../statistics.ts';
import { type Database, timed } from './server.ts';

/** The same database with our triggers and without them. */
export interface Databases {
  readonly stamped: Database;
  readonly bare: Database;
}

const kinds = ['insert', 'update', 'delete'] as const;
type Kind = (typeof kinds)[number];

/** Nothing else is in the table, so each write takes all rows. */
const sql = (count: number): Readonly<Record<Kind, string>> => ({
  insert: `insert into training_runs (name, status, metrics) select 'run ' || n, 'completed',
    '{"loss": 0.25, "accuracy": 0.9}' from generate_series(1, ${count}) n`,
  update: 'update training_runs set progress = random()',
  delete: 'delete from training_runs',
});

/** What writes cost with the triggers, and how much more than without; both sides take turns. */
export async function measureWrites(databases: Databases): Promise<Row[]> {
  return [...(await measureCount(databases, 1, 300)), ...(await measureCount(databases, 1_000, 9))];
}

async function measureCount(databases: Databases, count: number, rounds: number): Promise<Row[]> {
  const stamped = { client: await databases.stamped.signIn(), times: emptyTimes() };
  const bare = { client: await databases.bare.signIn(), times: emptyTimes() };
  const statements = sql(count);
  for (let round = 0; round < rounds; round++) {
    // Dead rows of earlier rounds would be looked through again and again.
    if (round % Math.ceil(50 / count) === 0) await vacuum(databases);
    for (const { client, times } of round % 2 === 0 ? [stamped, bare] : [bare, stamped])
      for (const kind of kinds) times[kind].push(await timed(client, statements[kind]));
  }
  const rows = count === 1 ? 'one row' : `${count.toLocaleString('en')} rows in one statement`;
  return kinds.flatMap((kind) => {
    const value = median(stamped.times[kind]);
    return [
      row(`${kind} of ${rows}, with triggers`, value, 'ms'),
      row(`${kind} of ${rows}, against without`, value / median(bare.times[kind]), 'x'),
    ];
  });
}

function emptyTimes(): Record<Kind, number[]> {
  return { insert: [], update: [], delete: [] };
}

async function vacuum({ stamped, bare }: Databases): Promise<void> {
  for (const { admin } of [stamped, bare])
    await admin.query('vacuum training_runs, sync_tombstones, runglass_private.sync_head');
}
