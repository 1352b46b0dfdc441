import assert from 'node:assert/strict';
import type pg from 'pg';
import { atLeast, rows, useDatabase, value } from './support.ts';

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** How often statements ended in each SQLSTATE, or `ok`. */
type Outcome = Record<string, number>;

/** Does the work until it is over, and counts how it ended. */
async function repeat(outcome: Outcome, isOver: () => boolean, work: () => Promise<unknown>): Promise<void> {
  while (!isOver()) {
    let code = 'ok';
    try {
      await work();
    } catch (error) {
      code = (error as { code?: string }).code ?? String(error);
    }
    outcome[code] = (outcome[code] ?? 0) + 1;
    if (code !== 'ok') await sleep(5 + Math.random() * 20);
  }
}

describe('deadlocks', () => {
  const database = useDatabase();
  let admin: pg.Client;
  before(async () => {
    admin = await database.admin();
  });

  async function world(count: number): Promise<{ id: string; runs: string[] }[]> {
    const users = [];
    for (let i = 0; i < count; i++) {
      const { id } = await database.newUser();
      const runs = await rows<{ id: string }>(
        admin,
        `insert into training_runs (user_id, name) select $1, 'r' || n from generate_series(1, 30) n returning id`,
        [id],
      );
      users.push({ id, runs: runs.map((r) => r.id) });
    }
    return users;
  }
  const one = (list: readonly string[]) => list[Math.floor(Math.random() * list.length)];
  const touch = (client: pg.Client, run: string | undefined) =>
    client.query('update training_runs set progress = random() where id = $1', [run]);
  const bulk = (client: pg.Client, order: 'asc' | 'desc') =>
    client.query(
      `update training_runs set progress = random() where id in (select id from training_runs order by name ${order}, id limit 1000)`,
    );
  /** Rows in another order in every statement, which is what makes bulk updates deadlock. */
  const shuffled = (client: pg.Client, users: readonly string[]) =>
    client.query(
      `update training_runs r set progress = random()
       from (select id from training_runs where user_id = any ($1) order by random() offset 0) o where r.id = o.id`,
      [users],
    );

  it('no statement of a user ends in one: their bulk updates beside their single-row writers', async function () {
    this.timeout(60_000);
    const [user] = await world(1);
    assert.ok(user);
    const clients = await Promise.all(Array.from({ length: 6 }, () => database.as('authenticated', user.id)));
    const outcome: Outcome = {};
    const isOver = atLeast(2500, () => (outcome.ok ?? 0) > 20);
    await Promise.all(
      clients.map((client, i) =>
        repeat(outcome, isOver, () =>
          i < 2 ? bulk(client, i ? 'asc' : 'desc') : touch(client, one(user.runs)),
        ),
      ),
    );
    assert.deepEqual(Object.keys(outcome), ['ok']);
    assert.ok((outcome.ok ?? 0) > 20, JSON.stringify(outcome));
  });

  it('no statement of a user ends in one beside service-key writers, which are told to try again at most', async function () {
    this.timeout(60_000);
    const users = await world(3);
    const ids = users.map((u) => u.id);
    const mine = users.flatMap((user) => [0, 1].map((i) => ({ user, i })));
    const userClients = await Promise.all(mine.map(({ user }) => database.as('authenticated', user.id)));
    const serviceClients = await Promise.all([0, 1, 2, 3].map(() => database.as('service_role')));
    // So that the rows are updated in the order of the subquery.
    for (const client of serviceClients)
      await client.query('set enable_hashjoin = off; set enable_mergejoin = off');
    const [user, service]: [Outcome, Outcome] = [{}, {}];
    // None of them would prove nothing.
    const isOver = atLeast(4000, () => (user.ok ?? 0) > 10 && (service.ok ?? 0) > 2);
    const ofUsers = mine.map(({ user: { runs }, i }, n) =>
      repeat(user, isOver, async () => {
        const client = userClients[n] as pg.Client;
        await sleep(Math.random() * 15);
        return i === 0 ? bulk(client, 'desc') : touch(client, one(runs));
      }),
    );
    const ofService = serviceClients.map((client, n) =>
      repeat(service, isOver, () =>
        n < 2 ? shuffled(client, ids) : touch(client, one(users[n % 3]?.runs ?? [])),
      ),
    );
    await Promise.all([...ofUsers, ...ofService]);
    assert.deepEqual(Object.keys(user), ['ok'], JSON.stringify(user));
    assert.ok((user.ok ?? 0) > 10, JSON.stringify(user));
    assert.deepEqual(
      Object.keys(service).filter((code) => code !== 'ok' && code !== '55P03'),
      [],
      JSON.stringify(service),
    );
    assert.ok((service.ok ?? 0) > 2, JSON.stringify(service));
  });

  it('service-key writers that lock the users first are never refused', async function () {
    this.timeout(60_000);
    const users = await world(3);
    const ids = users.map((u) => u.id);
    const services = await Promise.all([0, 1, 2].map(() => database.as('service_role')));
    const clients = await Promise.all(users.map((u) => database.as('authenticated', u.id)));
    const outcome: Outcome = {};
    const isOver = atLeast(2500, () => (outcome.ok ?? 0) > 10);
    await Promise.all([
      ...services.map((client) =>
        repeat(outcome, isOver, async () => {
          await client.query('begin');
          try {
            await client.query('select sync_lock($1)', [[...ids].sort(() => Math.random() - 0.5)]);
            await shuffled(client, ids);
            await client.query('commit');
          } catch (error) {
            await client.query('rollback');
            throw error;
          }
        }),
      ),
      ...clients.map((client, i) => repeat(outcome, isOver, () => touch(client, one(users[i]?.runs ?? [])))),
    ]);
    assert.deepEqual(Object.keys(outcome), ['ok']);
  });

  it('two owner changes in opposite directions do not meet in one', async function () {
    this.timeout(60_000);
    const users = await world(2);
    const [a, b] = [users[0], users[1]];
    assert.ok(a && b);
    const swap = (client: pg.Client, from: string, to: string, run: string | undefined) =>
      client.query(
        'update training_runs set user_id = case user_id when $1 then $2::uuid else $1::uuid end where id = $3',
        [from, to, run],
      );
    const clients = await Promise.all([0, 1].map(() => database.as('service_role')));
    const outcome: Outcome = {};
    const isOver = atLeast(1500, () => (outcome.ok ?? 0) > 10);
    await Promise.all([
      repeat(outcome, isOver, () => swap(clients[0] as pg.Client, a.id, b.id, one(a.runs))),
      repeat(outcome, isOver, () => swap(clients[1] as pg.Client, b.id, a.id, one(b.runs))),
    ]);
    assert.deepEqual(Object.keys(outcome), ['ok']);
    assert.equal(
      await value(admin, 'select count(*) from training_runs where user_id in ($1, $2)', [a.id, b.id]),
      60,
    );
  });
});
