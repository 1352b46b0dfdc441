import assert from 'node:assert/strict';
import { AuthClient, createSectionMeter, type Session } from '../../src/extension/sync.ts';
import type { Table } from '../../src/shared/model.ts';
import { tables } from '../../src/shared/tables.ts';
import { FakeCredentials } from '../fakes/account.ts';
import { startBackend, type TestBackend, type TestUser } from '../support/backend.ts';
import { openSync } from './sync/harness.ts';

/** The queries as docs/SYNC.md gives them. */
const queries: Readonly<Partial<Record<Table, string>>> = {
  projects: '',
  training_runs: '&order=finished_at.desc.nullsfirst,created_at.desc&limit=500',
  models: '&order=created_at.desc&limit=1000',
  subscriptions: '&order=current_period_start.desc.nullslast&limit=1',
  ide_sync_events: '&order=occurred_at.desc&limit=200',
};

const day = (back: number) => new Date(Date.now() - back * 86_400_000).toISOString().slice(0, 10);

describe('the measured cost of refetching a section', function () {
  this.timeout(120_000);
  let backend: TestBackend;
  let user: TestUser;
  let session: Session;

  before(async () => {
    backend = await startBackend();
    user = await backend.newUser();
    session = await new AuthClient(backend).signInWithPassword(user.email, user.password);
    const add = async (table: Table, rows: readonly Record<string, unknown>[]) =>
      await backend.admin
        .from(table)
        .insert(rows.map((row) => ({ user_id: user.id, ...row })))
        .throwOnError();
    const finished = Array.from({ length: 520 }, (_, n) => ({
      name: `run ${n}`,
      status: 'completed',
      created_at: `2026-01-01T00:00:${String(n % 60).padStart(2, '0')}Z`,
      finished_at: '2026-01-02T00:00:00Z',
    }));
    await add('training_runs', finished);
    await add('training_runs', [{ name: 'läuft 🏃', status: 'running', created_at: '2020-01-01T00:00:00Z' }]);
    await add('models', [{ name: 'größer als seine Zeichen 🦙' }]);
    await add('usage_tracking', [
      { metric: 'tokens', amount: 1, day: day(1) },
      { metric: 'tokens', amount: 1, day: day(120) },
    ]);
  });
  after(() => backend?.stop());

  const meter = (publishableKey = backend.publishableKey) =>
    createSectionMeter({ url: backend.url, publishableKey, credentials: new FakeCredentials(session) });

  it('is the bytes of the body of that section’s own query', async () => {
    const answers = await meter()();
    assert.deepEqual(
      answers.map(({ table }) => table),
      [...tables],
    );
    for (const answer of answers) {
      const query = queries[answer.table];
      if (query === undefined) continue;
      const url = `${backend.url}/rest/v1/${answer.table}?select=*&user_id=eq.${user.id}${query}`;
      const headers = { apikey: backend.publishableKey, authorization: `Bearer ${session.accessToken}` };
      const body = await (await fetch(url, { headers })).text();
      const expected = { table: answer.table, rows: JSON.parse(body).length, bytes: Buffer.byteLength(body) };
      assert.deepEqual(answer, expected);
      if (answer.table === 'training_runs') assert.match(body, /läuft 🏃/, 'an unfinished run, however old');
    }
  });

  it('has the windows of a dashboard: 500 runs, 90 days of usage', async () => {
    const answers = await meter()();
    const rows = (table: Table) => {
      const answer = answers.find((one) => one.table === table);
      return answer && 'rows' in answer ? answer.rows : null;
    };
    assert.equal(rows('training_runs'), 500);
    assert.equal(rows('usage_tracking'), 1);
    assert.equal(rows('projects'), 0);
  });

  it('is no part of what sync counts for itself', async () => {
    const live = await openSync(backend, user);
    try {
      await live.reaches('live');
      const before = live.sync.counters.http.bytesReceived;
      await meter()();
      const grown = live.sync.counters.http.bytesReceived - before;
      const measured = (await meter()()).reduce((sum, one) => sum + ('bytes' in one ? one.bytes : 0), 0);
      assert.ok(grown < measured / 2, `${grown} of ${measured} bytes`);
    } finally {
      live.sync.dispose();
    }
  });

  it('is told as a problem of each section when the key is refused', async () => {
    const answers = await meter('sb_publishable_wrong')();
    assert.deepEqual(
      answers.map((answer) => ('problem' in answer ? answer.problem.reason : null)),
      tables.map(() => 'badKey'),
    );
  });
});
