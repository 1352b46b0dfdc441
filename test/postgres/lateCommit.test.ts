import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { atLeast, insert, pull, rows, sqlState, syncedTables, useDatabase, value } from './support.ts';

/** Repeatable chance (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

type Versions = Map<string, number>;

/** Applies what a client would: a row or a tombstone counts only when it is newer than what is known of its id. */
class Replica {
  readonly rows: Versions = new Map();
  readonly #newest: Versions = new Map();
  #since: number | null = null;
  #epoch: string | null = null;

  async catchUp(client: pg.Client, pageSize: number): Promise<void> {
    for (;;) {
      const page = await pull(client, this.#since, this.#epoch, pageSize);
      assert.equal(page.reset, false);
      for (const change of page.changes) {
        const key = `${change.tbl}/${change.row?.id ?? change.id}`;
        if (change.seq <= (this.#newest.get(key) ?? 0)) continue;
        this.#newest.set(key, change.seq);
        if (change.row) this.rows.set(key, change.seq);
        else this.rows.delete(key);
      }
      [this.#since, this.#epoch] = [page.next, page.epoch];
      if (page.next === page.head) return;
    }
  }
}

/** What most clients do: remember the newest number or time seen, and ask for what is greater. */
class NaiveReplica {
  readonly rows: Versions = new Map();
  readonly #column: 'updated_at' | 'naive_seq';
  #last: unknown = null;

  constructor(column: 'updated_at' | 'naive_seq') {
    this.#column = column;
  }

  async catchUp(client: pg.Client): Promise<void> {
    const found = await rows<{ id: string; sync_seq: number; cursor: string }>(
      client,
      `select id, sync_seq, ${this.#column}::text as cursor from training_runs
       where $1::text is null or ${this.#column} > $1::text::${this.#column === 'updated_at' ? 'timestamptz' : 'bigint'} order by ${this.#column}`,
      [this.#last],
    );
    for (const row of found) this.rows.set(`training_runs/${row.id}`, row.sync_seq);
    this.#last = found.at(-1)?.cursor ?? this.#last;
  }
}

async function truth(
  admin: pg.Client,
  user: string,
  tables: readonly string[] = syncedTables,
): Promise<Versions> {
  const parts = tables.map(
    (t) => `select '${t}/' || id as key, sync_seq from ${t} where user_id = '${user}'`,
  );
  return new Map(
    (await rows<{ key: string; sync_seq: number }>(admin, parts.join(' union all '))).map((r) => [
      r.key,
      r.sync_seq,
    ]),
  );
}

/** Rows that are missing, extra or of another version. */
function wrongRows(actual: Versions, expected: Versions): number {
  const keys = new Set([...actual.keys(), ...expected.keys()]);
  return [...keys].filter((key) => actual.get(key) !== expected.get(key)).length;
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

interface World {
  readonly random: () => number;
  readonly users: readonly string[];
}

/** One transaction of a writer: a few statements, a pause, and a commit or a rollback. */
async function transaction(client: pg.Client, { random, users }: World): Promise<void> {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const owner = pick(users);
  await client.query('begin');
  for (let statements = 1 + Math.floor(random() * 3); statements > 0; statements--) {
    const table = pick(['projects', 'training_runs', 'models', 'ide_sync_events'] as const);
    const dice = random();
    const column = { projects: 'name', training_runs: 'name', models: 'name', ide_sync_events: 'event_type' }[
      table
    ];
    const some = `select id from ${table} where user_id = '${owner}' order by md5(id::text || '${random()}') limit`;
    if (dice < 0.45)
      await client.query(`insert into ${table} (user_id, ${column}) values ($1, 'new')`, [owner]);
    else if (dice < 0.75)
      await client.query(`update ${table} set ${column} = $1 where id in (${some} 3)`, [`n${random()}`]);
    else if (dice < 0.9) await client.query(`delete from ${table} where id in (${some} 1)`);
    else await client.query(`update ${table} set user_id = $1 where id in (${some} 1)`, [pick(users)]);
    if (random() < 0.4) await sleep(random() * 12);
  }
  await sleep(random() * 25);
  await client.query(random() < 0.15 ? 'rollback' : 'commit');
}

/** SQLSTATEs after which a service writer tries again. */
const retried = new Set(['40P01', '40001', '55P03', '57014']);

async function writer(
  client: pg.Client,
  world: World,
  isOver: () => boolean,
  onCommit: () => void,
): Promise<void> {
  while (!isOver()) {
    try {
      await transaction(client, world);
      onCommit();
    } catch (error) {
      await client.query('rollback');
      if (!retried.has((error as { code?: string }).code ?? '')) throw error;
      await sleep(world.random() * 10);
    }
  }
}

describe('late commits', () => {
  const database = useDatabase();

  const seed = Number(process.env.RUNGLASS_FUZZ_SEED ?? 20_260_101);
  it(`0 wrong rows for sync_pull with 8 writers, rollbacks, deletes and owner changes (seed ${seed})`, async function () {
    this.timeout(60_000);
    const admin = await database.admin();
    const users = [await database.newUser(), await database.newUser(), await database.newUser()];
    const ids = users.map((u) => u.id);
    const clients = await Promise.all(Array.from({ length: 8 }, () => database.as('service_role')));
    const replicas = users.map(() => new Replica());
    let [committed, pulls] = [0, 0];
    // The world must have been a hard one.
    const isOver = atLeast(10_000, () => committed > 100 && pulls > 100);
    const readers = users.map(async ({ client }, i) => {
      const random = randomFrom(seed + 100 + i);
      while (!isOver()) {
        await replicas[i]?.catchUp(client, 1 + Math.floor(random() * 20));
        pulls++;
        await sleep(random() * 15);
      }
    });
    const writers = clients.map((client, i) =>
      writer(client, { random: randomFrom(seed + i), users: ids }, isOver, () => {
        committed += 1;
      }),
    );
    await Promise.all([...writers, ...readers]);
    for (const [i, user] of users.entries()) {
      await replicas[i]?.catchUp(user.client, 1000);
      assert.equal(wrongRows(replicas[i]?.rows ?? new Map(), await truth(admin, user.id)), 0);
    }
    assert.ok(committed > 100 && pulls > 100, `${committed} transactions, ${pulls} pulls`);
    assert.ok((await value<number>(admin, 'select count(*) from sync_tombstones')) > 25);
  });

  it('a fixed schedule of two transactions loses a row for a naive cursor, and none for sync_pull', async () => {
    const admin = await database.admin();
    const user = await database.newUser();
    const [early, late] = [await database.as('service_role'), await database.as('service_role')];
    // The columns that naive clients follow, on a table of their own without our triggers.
    await admin.query(`
      create schema naive; create sequence naive.seq;
      create table naive.training_runs (id uuid primary key, sync_seq bigint default 0, user_id uuid,
        updated_at timestamptz default clock_timestamp(), naive_seq bigint default nextval('naive.seq'));
      grant usage on schema naive to public; grant all on all tables in schema naive to public;
      grant usage on sequence naive.seq to public`);
    const naiveReader = await database.as('authenticated', user.id);
    await naiveReader.query('set search_path = naive');
    const ours = new Replica();
    const naive = [new NaiveReplica('updated_at'), new NaiveReplica('naive_seq')];
    const everyone = async () => {
      await ours.catchUp(user.client, 100);
      for (const replica of naive) await replica.catchUp(naiveReader);
    };
    const write = async (client: pg.Client) => {
      await client.query('insert into naive.training_runs (id, user_id) values ($1, $2)', [
        randomUUID(),
        user.id,
      ]);
      return insert(client, 'training_runs', { user_id: user.id, name: 'r' });
    };

    // The first transaction writes first and commits last; everybody reads in between.
    await early.query('begin');
    const first = await write(early);
    const second = write(late);
    const race = await Promise.race([second.then(() => 'committed'), sleep(300).then(() => 'waiting')]);
    assert.equal(race, 'waiting', 'the second writer takes its number after the first has committed');
    await everyone();
    await early.query('commit');
    await everyone();
    assert.ok((await second).sync_seq > first.sync_seq);
    await everyone();

    assert.equal(wrongRows(ours.rows, await truth(admin, user.id)), 0);
    const expected = new Set(
      (await rows<{ id: string }>(admin, 'select id from naive.training_runs')).map(
        (r) => `training_runs/${r.id}`,
      ),
    );
    for (const replica of naive) {
      const missing = [...expected].filter((key) => !replica.rows.has(key));
      assert.equal(missing.length, 1, 'the schedule must bite a naive cursor');
    }
  });

  it('a version of a transaction that commits late is read after those before it, in the same statement', async () => {
    const user = await database.newUser();
    const open = await database.as('authenticated', user.id);
    await open.query('begin');
    await insert(open, 'projects', { name: 'a' });
    const before = await pull(user.client);
    assert.deepEqual([before.head, before.changes.length], [0, 0]);
    await open.query('commit');
    const after = await pull(user.client, before.head, before.epoch);
    assert.deepEqual([after.head, after.changes.length], [1, 1]);
    assert.equal(await sqlState(user.client.query('select 1')), null);
  });
});
