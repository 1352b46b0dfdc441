import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import {
  AuthClient,
  createModelAccess,
  createProjectAccess,
  createRunAccess,
  type Session,
} from '../../src/extension/sync.ts';
import type { RowPlace, RunHistory } from '../../src/shared/requests.ts';
import { type Problem, RunglassError } from '../../src/shared/status.ts';
import { FakeCredentials, FakeLog } from '../fakes/account.ts';
import { startBackend, type TestBackend, type TestUser } from '../support/backend.ts';
import { Front } from './doctor/front.ts';
import { openSync } from './sync/harness.ts';

const end: RowPlace = { at: '2100-01-01T00:00:00Z', id: 'ffffffff-ffff-ffff-ffff-ffffffffffff' };
const second = (n: number) => new Date(Date.UTC(2026, 0, 1) + n * 1000).toISOString();

async function problemOf(promise: Promise<unknown>): Promise<Problem> {
  const error = await promise.then(
    () => assert.fail('it answered'),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof RunglassError, String(error));
  return error.problem;
}

/** The columns of a history as points. */
function pointsOf({ steps, at, metrics }: RunHistory) {
  const times = new Float64Array(at);
  const columns = metrics.map(({ name, values }) => [name, new Float64Array(values)] as const);
  return [...new Float64Array(steps)].map((step, i) => ({
    step,
    at: times[i],
    ...Object.fromEntries(columns.map(([name, values]) => [name, values[i]])),
  }));
}

describe('what the page asks of the database', function () {
  this.timeout(120_000);
  let backend: TestBackend;
  let user: TestUser;
  let other: TestUser;
  let session: Session;
  const log = new FakeLog();

  before(async () => {
    backend = await startBackend();
    [user, other] = [await backend.newUser(), await backend.newUser()];
    session = await new AuthClient(backend).signInWithPassword(user.email, user.password);
  });
  after(() => backend?.stop());

  const options = (url = backend.url, credentials = new FakeCredentials(session)) => {
    const { publishableKey } = backend;
    return { url, publishableKey, credentials, userId: user.id, log };
  };
  const runs = (url?: string, credentials?: FakeCredentials) => createRunAccess(options(url, credentials));
  const projects = (url?: string) => createProjectAccess(options(url));
  const newRun = async (fields: object = {}, owner = user): Promise<string> => {
    const made = await owner.client
      .from('training_runs')
      .insert({ name: 'run', status: 'running', ...fields })
      .select('id')
      .single()
      .throwOnError();
    return made.data.id;
  };

  describe('older runs', () => {
    const count = 1_200;
    before(async () => {
      await removeAll();
      for (const { client } of [user, other])
        for (let from = 0; from < count; from += 400) {
          const part = Array.from({ length: 400 }, (_, i) => ({
            name: `run ${from + i}`,
            status: (from + i) % 40 === 0 ? 'running' : 'completed',
            // Three of a time each, so that pages have to part them by their ids.
            created_at: second(Math.floor((from + i) / 3)),
          }));
          await client.from('training_runs').insert(part).throwOnError();
        }
    });
    after(() => removeAll());

    async function removeAll(): Promise<void> {
      for (const { client } of [user, other])
        await client.from('training_runs').delete().neq('name', '').throwOnError();
    }

    async function readAll(before: RowPlace) {
      const found = [];
      let pages = 0;
      for (let place: RowPlace | null = before; place; pages += 1) {
        const page = await runs().older(place);
        found.push(...page.runs);
        place = page.next;
      }
      return { found, pages };
    }

    it('are read to the end, none missing, none twice, newest first and of nobody else', async () => {
      const { found, pages } = await readAll(end);
      assert.ok(pages > 1, `${pages} pages`);
      assert.equal(found.length, count);
      assert.equal(new Set(found.map(({ id }) => id)).size, count);
      assert.deepEqual([...new Set(found.map((row) => row.user_id))], [user.id]);
      const places = found.map((row) => `${row.created_at} ${row.id}`);
      assert.deepEqual(places, [...places].sort().reverse());
    });

    it('are, with those that are held, all that there are, from the place that the status names', async () => {
      const live = await openSync(backend, user);
      try {
        await live.reaches('live');
        const { runsFrom } = live.sync.status;
        assert.ok(runsFrom, 'not all are held');
        const held = [...live.sync.replica.tables.training_runs.values()];
        const { found } = await readAll(runsFrom);
        const later = held.filter((row) => `${row.created_at} ${row.id}` >= `${runsFrom.at} ${runsFrom.id}`);
        assert.equal(later.length, 500);
        assert.equal(found.length, count - later.length);
        assert.equal(new Set([...later, ...found].map(({ id }) => id)).size, count);
        // The unfinished ones are held besides.
        const unfinished = found.filter(({ status }) => status === 'running');
        assert.ok(unfinished.length > 0);
        const ids = new Set(held.map(({ id }) => id));
        assert.ok(unfinished.every(({ id }) => ids.has(id)));
      } finally {
        live.sync.dispose();
      }
    });
  });

  describe('older models', () => {
    const count = 250;
    before(async () => {
      for (const { client } of [user, other]) {
        const made = Array.from({ length: count }, (_, n) => ({
          name: 'model',
          version: `${n}`,
          // More of one time than a page has, then one of each.
          created_at: second(Math.min(n, 100)),
        }));
        await client.from('models').insert(made).throwOnError();
      }
    });
    after(async () => {
      for (const { client } of [user, other])
        await client.from('models').delete().neq('name', '').throwOnError();
    });

    it('are read to the end, none missing, none twice, newest first and of nobody else', async () => {
      const found = [];
      let pages = 0;
      for (let place: RowPlace | null = end; place; pages += 1) {
        const page = await createModelAccess(options()).older(place);
        found.push(...page.models);
        place = page.next;
      }
      assert.equal(pages, 3);
      assert.deepEqual([found.length, new Set(found.map(({ id }) => id)).size], [count, count]);
      assert.deepEqual([...new Set(found.map((row) => row.user_id))], [user.id]);
      const places = found.map((row) => `${row.created_at} ${row.id}`);
      assert.deepEqual(places, [...places].sort().reverse());
      const live = await openSync(backend, user);
      try {
        await live.reaches('live');
        const { models } = live.sync.replica.tables;
        assert.deepEqual(new Map(found.map((row) => [row.id, row])), new Map(models), 'as they are held');
      } finally {
        live.sync.dispose();
      }
    });

    it('are none before a place that is none', async () => {
      const page = await createModelAccess(options()).older({ at: '2000-01-01T00:00:00Z', id: end.id });
      assert.deepEqual(page, { models: [], next: null });
    });
  });

  describe('the history of a run', () => {
    it('comes in columns, with no number where a point has none, and its tail after a step', async () => {
      const run = await newRun();
      const points = Array.from({ length: 100 }, (_, step) => ({
        step,
        at: second(step),
        metrics: { loss: 1 / (step + 1), ...(step % 10 === 0 ? { accuracy: step / 100 } : {}), note: 'text' },
      }));
      await user.client.rpc('log_run', { run_id: run, points }).throwOnError();
      const whole = await runs().history(run, null, 1_000);
      assert.equal(whole.lastStep, 99);
      assert.deepEqual(
        whole.metrics.map(({ name }) => name),
        ['accuracy', 'loss'],
      );
      assert.deepEqual(
        pointsOf(whole),
        points.map(({ step, at, metrics: { loss, accuracy = Number.NaN } }) => ({
          ...{ step, at: Date.parse(at), accuracy, loss },
        })),
      );
      const tail = await runs().history(run, 94, 1_000);
      assert.deepEqual(
        pointsOf(tail).map(({ step }) => step),
        [95, 96, 97, 98, 99],
      );
      const none = await runs().history(run, 99, 1_000);
      assert.deepEqual([pointsOf(none), none.metrics, none.lastStep], [[], [], 99]);
    });

    it('is thinned evenly and keeps its last point', async () => {
      const run = await newRun();
      const points = Array.from({ length: 1_000 }, (_, step) => ({ step, metrics: { loss: step } }));
      await user.client.rpc('log_run', { run_id: run, points }).throwOnError();
      const steps = pointsOf(await runs().history(run, null, 100)).map(({ step }) => step);
      assert.deepEqual(
        steps,
        Array.from({ length: 100 }, (_, i) => i * 10 + 9),
      );
    });

    it('of no point is empty', async () => {
      const history = await runs().history(await newRun(), null, 10);
      assert.deepEqual([pointsOf(history), history.lastStep], [[], null]);
    });
  });

  it('the configuration of a run is what was logged, or none', async () => {
    const run = await newRun();
    assert.equal(await runs().config(run), null);
    const config = { lr: 0.001, layers: [1, 2], nested: { a: { b: null } } };
    await user.client.from('training_run_configs').insert({ run_id: run, config }).throwOnError();
    assert.deepEqual(await runs().config(run), config);
  });

  it('a configuration that is nested too deeply for the page is told as such', async () => {
    const run = await newRun();
    const config = JSON.parse(`${'{"a":'.repeat(200)}1${'}'.repeat(200)}`);
    await user.client.from('training_run_configs').insert({ run_id: run, config }).throwOnError();
    assert.match((await problemOf(runs().config(run))).detail, /deeper than 100 levels/);
  });

  describe('asking a run to stop', () => {
    it('is heard by its script at the next log, and counts once', async () => {
      const run = await newRun();
      const logged = () => user.client.rpc('log_run', { run_id: run }).throwOnError();
      assert.equal((await logged()).data.cancel_requested, false);
      assert.equal(await runs().cancel(run), 'asked');
      assert.equal((await logged()).data.cancel_requested, true);
      const row = await user.client.from('training_runs').select().eq('id', run).single().throwOnError();
      const late = Date.now() - Date.parse(row.data.cancel_requested_at);
      assert.ok(Math.abs(late) < 60_000, `${late} ms ago`);
      assert.equal(await runs().cancel(run), 'askedBefore');
      const again = await user.client.from('training_runs').select().eq('id', run).single().throwOnError();
      assert.equal(again.data.cancel_requested_at, row.data.cancel_requested_at);
    });

    it('is of no use once it has ended, and changes nothing', async () => {
      const run = await newRun({ status: 'completed' });
      assert.equal(await runs().cancel(run), 'ended');
      const row = await user.client.from('training_runs').select().eq('id', run).single().throwOnError();
      assert.equal(row.data.cancel_requested_at, null);
    });
  });

  describe('projects', () => {
    it('are made, renamed and archived; what is not said stays', async () => {
      const id = randomUUID();
      await projects().create({ id, name: 'Vision', color: '#3794ff' });
      await projects().update(id, { name: 'Vision 2', description: 'What we see' });
      await projects().update(id, { status: 'archived' });
      const { data } = await user.client.from('projects').select().eq('id', id).single().throwOnError();
      assert.partialDeepStrictEqual(data, {
        ...{ user_id: user.id, name: 'Vision 2', description: 'What we see' },
        ...{ status: 'archived', color: '#3794ff' },
      });
    });

    it('that are asked for again, since no answer came, are made once and stay as they are', async () => {
      const id = randomUUID();
      await projects().create({ id, name: 'Once' });
      await projects().create({ id, name: 'Twice' });
      const { data } = await user.client.from('projects').select('name').eq('id', id).throwOnError();
      assert.deepEqual(data, [{ name: 'Once' }]);
    });

    it('that break a constraint are refused by its name', async () => {
      const problem = await problemOf(projects().create({ id: randomUUID(), name: 'x', color: 'red' }));
      assert.ok(problem.reason === 'notAllowed', JSON.stringify(problem));
      assert.match(problem.rule, /color/);
    });
  });

  it('the rows of somebody else are not found, and stay as they are', async () => {
    const run = await newRun({}, other);
    await other.client
      .from('training_run_configs')
      .insert({ run_id: run, config: { a: 1 } })
      .throwOnError();
    await other.client
      .rpc('log_run', { run_id: run, points: [{ step: 1, metrics: { loss: 1 } }] })
      .throwOnError();
    const made = await other.client.from('projects').insert({ name: 'p' }).select().single().throwOnError();
    const before = await other.client.from('training_runs').select().eq('id', run).single().throwOnError();
    for (const attempt of [
      () => runs().config(run),
      () => runs().history(run, null, 10),
      () => runs().cancel(run),
      () => projects().update(made.data.id, { name: 'mine' }),
      () => runs().cancel(randomUUID()),
    ])
      assert.equal((await problemOf(attempt())).reason, 'notFound');
    const rows = other.client.from('training_runs').select().eq('id', run).single().throwOnError();
    assert.deepEqual((await rows).data, before.data);
    const project = other.client.from('projects').select().eq('id', made.data.id).single().throwOnError();
    assert.deepEqual((await project).data, made.data);
  });

  describe('behind a server that answers otherwise', () => {
    let front: Front;
    beforeEach(async () => {
      front = await Front.start(backend.url);
    });
    afterEach(() => front.stop());

    it('a token that is refused is renewed once, also for a write', async () => {
      front.answers.set('/rest/v1/projects', {
        status: 401,
        body: '{"code":"PGRST301","message":"JWT is invalid"}',
      });
      const credentials = new FakeCredentials(session);
      const access = createProjectAccess(options(front.url, credentials));
      assert.equal(
        (await problemOf(access.create({ id: randomUUID(), name: 'x' }))).reason,
        'sessionExpired',
      );
      assert.deepEqual([credentials.forced, front.requests.length], [1, 2]);
    });

    it('an answer that does not fit is told as the server’s, a row that does not is left out', async () => {
      front.answers.set('/rest/v1/rpc/runs_page', { status: 200, body: '{"runs":[{}],"next":null}' });
      front.answers.set('/rest/v1/rpc/run_metrics', { status: 200, body: '{"points":[{}],"last_step":1}' });
      assert.deepEqual(await runs(front.url).older(end), { runs: [], next: null });
      assert.match(log.lines.join('\n'), /training_runs that are left out: 1/);
      const problem = await problemOf(runs(front.url).history(randomUUID(), null, 10));
      assert.match(problem.detail, /run_metrics answered in a form/);
    });

    it('nothing is asked as somebody else', async () => {
      const nobody = new FakeCredentials(null);
      assert.equal((await problemOf(runs(front.url, nobody).older(end))).reason, 'sessionExpired');
      assert.deepEqual(front.requests, []);
    });
  });
});
