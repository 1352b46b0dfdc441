import assert from 'node:assert/strict';
import type pg from 'pg';
import { insert, pull, rows, useDatabase, value } from './support.ts';

interface Pace {
  readonly step: number | null;
  readonly step_rate: number | null;
  readonly stepped_at: Date | null;
}

/** Two ways to report steps, with the same outcome. */
const ways: readonly [string, (run: string, step: number) => string][] = [
  ['a PATCH of step', (run, step) => `update training_runs set step = ${step} where id = '${run}'`],
  [
    'log_run',
    (run, step) => `select log_run('${run}', '${JSON.stringify([{ step, metrics: { loss: 1 } }])}')`,
  ],
];

describe('the pace of a run', () => {
  const database = useDatabase();
  let admin: pg.Client;
  let user: { id: string; client: pg.Client };
  let run: string;
  before(async () => {
    admin = await database.admin();
  });
  beforeEach(async () => {
    user = await database.newUser();
    run = (await insert(user.client, 'training_runs', { name: 'r', status: 'running' })).id;
  });
  const read = async () =>
    (
      await rows<Pace & { sync_seq: number; updated_at: Date }>(
        user.client,
        'select step, step_rate, stepped_at, sync_seq, updated_at from training_runs where id = $1',
        [run],
      )
    )[0];
  const rate = async () => (await read())?.step_rate ?? null;
  /** Lets time go by: what was noted moves into the past. */
  const wait = (seconds: number) =>
    admin.query(
      `update training_runs set stepped_at = stepped_at - $2 * interval '1 second',
         started_at = started_at - $2 * interval '1 second' where id = $1`,
      [run, seconds],
    );
  /** The user reports so long after the last time, however long the machine took for what was between. */
  const reportAfter = (seconds: number, report: string) =>
    admin.query(`
      with t as (select clock_timestamp() - ${seconds} * interval '1 second' as stepped)
        update training_runs set stepped_at = stepped, started_at = started_at + (stepped - stepped_at) from t where id = '${run}';
      select set_config('request.jwt.claims', '{"role": "authenticated", "sub": "${user.id}"}', true);
      set local role authenticated;
      ${report}`);
  const assertNear = (actual: number | null, expected: number, tolerance: number) =>
    assert.ok(
      actual !== null && Math.abs(actual - expected) <= expected * tolerance,
      `${actual} instead of ${expected}`,
    );

  for (const [name, report] of ways) {
    it(`is steady at steady steps, and outlives a pause of an hour: ${name}`, async () => {
      let step = 10;
      await user.client.query(report(run, step));
      assert.deepEqual(await rate(), null);
      assert.ok((await read())?.stepped_at);
      const go = async (seconds: number, steps: number, times: number) => {
        for (let n = 0; n < times; n++) {
          step += steps;
          await reportAfter(seconds, report(run, step));
        }
      };
      await go(5, 10, 1);
      assertNear(await rate(), 2, 0.05);
      await go(5, 10, 40);
      assertNear(await rate(), 2, 0.05);
      await go(3600, 10, 1);
      assertNear(await rate(), 2, 0.1);
      await go(5, 10, 40);
      assertNear(await rate(), 2, 0.05);
    });

    it(`follows a run that becomes faster, slower, or far slower for good: ${name}`, async () => {
      let step = 0;
      const go = async (seconds: number, times: number) => {
        for (let n = 0; n < times; n++) {
          await reportAfter(seconds, report(run, ++step));
        }
      };
      await user.client.query(report(run, step));
      await go(1, 60);
      assertNear(await rate(), 1, 0.05);
      await go(0.25, 2000);
      assertNear(await rate(), 4, 0.1);
      await go(2, 300);
      assertNear(await rate(), 0.5, 0.1);
      await go(600, 120);
      assertNear(await rate(), 1 / 600, 0.1);
    }).timeout(90_000);
  }

  it('evens out an uneven start', async () => {
    const { client } = user;
    await client.query('update training_runs set step = 0 where id = $1', [run]);
    // The first step is slow, as where a network is compiled first.
    for (const [seconds = 0, step] of [[20, 1], ...Array.from({ length: 60 }, (_, n) => [1, 2 + n])] as const)
      await reportAfter(seconds, `update training_runs set step = ${step} where id = '${run}'`);
    assertNear(await rate(), 61 / 80, 0.1);
  });

  it('is not moved by other changes, steps that were logged before, or the end', async () => {
    const { client } = user;
    for (const step of [10, 20]) {
      await client.query('update training_runs set step = $2 where id = $1', [run, step]);
      await wait(10);
    }
    const before = await read();
    await client.query(`select log_run($1, '[{"step": 15, "metrics": {"loss": 1}}]')`, [run]);
    await client.query(`update training_runs set progress = 0.5, step = 20 where id = $1`, [run]);
    const after = await read();
    assert.deepEqual(
      [after?.step_rate, after?.stepped_at, after?.step],
      [before?.step_rate, before?.stepped_at, 20],
    );
    await client.query(`update training_runs set status = 'completed', step = 1000 where id = $1`, [run]);
    const ended = await read();
    assert.equal(ended?.step_rate, before?.step_rate);
    assert.ok(ended?.stepped_at && before?.stepped_at && ended.stepped_at > before.stepped_at);
  });

  it('counts anew from a step that the run was set back to', async () => {
    const { client } = user;
    for (const step of [100, 110]) {
      await client.query('update training_runs set step = $2 where id = $1', [run, step]);
      await wait(10);
    }
    const before = await rate();
    await client.query('update training_runs set step = 50 where id = $1', [run]);
    assert.equal(await rate(), before);
    await wait(10);
    await client.query('update training_runs set step = 60 where id = $1', [run]);
    assertNear(await rate(), 1, 0.05);
  });

  it('is not for clients to set', async () => {
    const { client } = user;
    const forged = { step: 5, step_rate: 99, stepped_at: '2001-01-01T00:00:00Z' };
    const row = await insert(client, 'training_runs', { name: 'f', status: 'running', ...forged });
    assert.equal(row.step_rate, null);
    assert.ok(row.stepped_at instanceof Date && row.stepped_at.getFullYear() > 2001);
    const updated = await rows<Pace>(
      client,
      `update training_runs set step_rate = 99, stepped_at = '2001-01-01' where id = $1 returning *`,
      [row.id],
    );
    assert.deepEqual([updated[0]?.step_rate, updated[0]?.stepped_at], [null, row.stepped_at]);
  });

  it('an UPDATE with forged pace and nothing else keeps number and time', async () => {
    const { client } = user;
    await client.query('update training_runs set step = 3 where id = $1', [run]);
    const before = await read();
    await client.query(
      `update training_runs set step = 3, step_rate = 7, usage = '{"tokens": 1}' where id = $1`,
      [run],
    );
    assert.deepEqual(await read(), before);
    const { head, changes } = await pull(client);
    assert.deepEqual([head, changes.at(-1)?.row?.step_rate], [before?.sync_seq, null]);
  });

  it('the service role may bring it from elsewhere, and odd times break nothing', async () => {
    const service = await database.as('service_role');
    for (const stepped_at of ['2026-01-01T00:00:00Z', 'infinity', '-infinity']) {
      const row = await insert(service, 'training_runs', {
        ...{ name: 'b', user_id: user.id, status: 'running', step: 5, step_rate: 2, stepped_at },
        started_at: stepped_at,
      });
      assert.equal(row.step_rate, 2);
      await service.query('update training_runs set step = 6 where id = $1', [row.id]);
      const after = await value<number>(service, 'select step_rate from training_runs where id = $1', [
        row.id,
      ]);
      assert.ok(after > 1.8 && after <= 2, `${after}`);
    }
  });
});
