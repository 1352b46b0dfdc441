import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { AuthClient, createTimelineReader, type Session } from '../../src/extension/sync.ts';
import type { TimelineFilter, TimelinePlace } from '../../src/shared/activity.ts';
import type { EventRow, RunRow } from '../../src/shared/model.ts';
import { RunglassError } from '../../src/shared/status.ts';
import { FakeCredentials, FakeLog } from '../fakes/account.ts';
import { describeEmbedded, startBackend, type TestBackend, type TestUser } from '../support/backend.ts';
import { type OwnTables, startOwnTables } from '../support/ownTables.ts';
import { Front } from './doctor/front.ts';
import { type LiveSync, openSync } from './sync/harness.ts';

const everything: TimelineFilter = { kind: null, project: null };
const now: TimelinePlace = { at: '2100-01-01T00:00:00Z', id: null };
const second = (n: number) => new Date(Date.UTC(2026, 0, 1) + n * 1000).toISOString();

/** Names of the moments, newest first; only those before `place` inclusive. */
function moments(events: Iterable<EventRow>, runs: Iterable<RunRow>, place = now): string[] {
  const all = [
    ...[...events].map((row) => [row.occurred_at, row.id] as const),
    ...[...runs].flatMap(({ id, started_at: start, finished_at: end }) => [
      ...(start === null ? [] : [[start, `${id}/start`] as const]),
      ...(end === null ? [] : [[end, `${id}/end`] as const]),
    ]),
  ].map(([at, name]) => [Date.parse(at), name] as const);
  const limit = Date.parse(place.at);
  return all
    .filter(([at]) => at <= limit)
    .sort((a, b) => b[0] - a[0] || (a[1] < b[1] ? 1 : -1))
    .map(([, name]) => name);
}

describe('older entries of the timeline', function () {
  this.timeout(120_000);
  let backend: TestBackend;
  let user: TestUser;
  let other: TestUser;
  let session: Session;
  let project: string;
  const log = new FakeLog();

  before(async () => {
    backend = await startBackend();
    [user, other] = [await backend.newUser(), await backend.newUser()];
    session = await new AuthClient(backend).signInWithPassword(user.email, user.password);
    for (const { client } of [user, other]) {
      const made = await client.from('projects').insert({ name: 'p' }).select('id').single().throwOnError();
      project = client === user.client ? made.data.id : project;
      const events = Array.from({ length: 450 }, (_, n) => ({
        id: randomUUID(),
        event_type: n % 9 === 0 ? 'git.committed' : 'file.saved',
        occurred_at: second(n - (n % 3)),
        project_id: n % 2 === 0 ? made.data.id : null,
      }));
      await client.rpc('log_ide_sync_events', { events }).throwOnError();
      const runs = Array.from({ length: 60 }, (_, n) => ({
        ...{ name: `run ${n}`, status: 'completed', project_id: n % 2 === 0 ? made.data.id : null },
        ...{ started_at: second(n * 6), finished_at: second(n * 7 + 1) },
      }));
      await client.from('training_runs').insert(runs).throwOnError();
    }
  });
  after(() => backend?.stop());

  const open = (url = backend.url, credentials = new FakeCredentials(session)) => {
    const { publishableKey } = backend;
    return createTimelineReader({ url, publishableKey, credentials, userId: user.id, log });
  };

  async function readAll(from: TimelinePlace, filter = everything) {
    const read = open();
    const events = new Map<string, EventRow>();
    const runs = new Map<string, RunRow>();
    let count = 0;
    for (let place: TimelinePlace | null = from; place; ) {
      const page = await read(place, filter);
      for (const row of page.events) events.set(row.id, row);
      for (const row of page.runs) runs.set(row.id, row);
      count += page.events.length;
      place = page.next;
    }
    assert.equal(count, events.size, 'every event once');
    return { events: [...events.values()], runs: [...runs.values()] };
  }

  const database = async () => ({
    events: ((await user.client.from('ide_sync_events').select()).data ?? []) as EventRow[],
    runs: ((await user.client.from('training_runs').select()).data ?? []) as RunRow[],
  });

  describe('beside the rows that are held', () => {
    let live: LiveSync;
    before(async () => {
      live = await openSync(backend, user);
      await live.reaches('live');
    });
    after(() => live?.sync.dispose());

    it('are all that the rows lack, from the place that the status names', async () => {
      const all = await database();
      assert.equal(all.events.length, 450);
      const { heldFrom } = live.sync.status;
      assert.ok(heldFrom, 'not all are held');
      const { ide_sync_events: held, training_runs: runs } = live.sync.replica.tables;
      const place = { at: heldFrom, id: null };
      const older = await readAll(place);
      const before = moments(all.events, all.runs, place);
      assert.deepEqual(moments(older.events, older.runs, place), before);
      const later = moments(held.values(), runs.values()).filter((name) => !before.includes(name));
      assert.deepEqual([...later, ...before], moments(all.events, all.runs));
    });

    it('begin later when the window slides', async () => {
      const first = live.sync.status.heldFrom ?? assert.fail();
      const events = Array.from({ length: 350 }, (_, n) => ({
        ...{ id: randomUUID(), event_type: 'task.ended', occurred_at: second(10_000 + n) },
      }));
      await user.client.rpc('log_ide_sync_events', { events }).throwOnError();
      await live.sync.refresh();
      const all = await database();
      const { heldFrom } = live.sync.status;
      assert.ok(heldFrom && Date.parse(heldFrom) > Date.parse(first), `${heldFrom} after ${first}`);
      const held = [...live.sync.replica.tables.ide_sync_events.values()];
      assert.ok(held.length <= 300);
      const later = all.events.filter(({ occurred_at: at }) => Date.parse(at) > Date.parse(heldFrom));
      assert.ok(later.every(({ id }) => live.sync.replica.tables.ide_sync_events.has(id)));
    });
  });

  it('are narrowed to a kind and a project', async () => {
    const { events, runs } = await database();
    const commits = await readAll(now, { kind: 'git', project: null });
    assert.equal(commits.events.length, 50);
    assert.deepEqual(commits.runs, []);
    const own = await readAll(now, { kind: null, project });
    assert.deepEqual(
      moments(own.events, own.runs),
      moments(
        events.filter((row) => row.project_id === project),
        runs.filter((row) => row.project_id === project),
      ),
    );
    assert.equal((await readAll(now, { kind: 'run', project: null })).runs.length, 60);
  });

  it('are never those of somebody else', async () => {
    const { events, runs } = await readAll(now);
    assert.deepEqual([...new Set([...events, ...runs].map((row) => row.user_id))], [user.id]);
  });

  async function failure(read: ReturnType<typeof open>): Promise<RunglassError> {
    const error = await read(now, everything).then(
      () => assert.fail('it answered'),
      (thrown: unknown) => thrown,
    );
    assert.ok(error instanceof RunglassError);
    return error;
  }

  describe('behind a server that answers otherwise', () => {
    let front: Front;
    const path = '/rest/v1/rpc/timeline_page';
    const answer = (status: number, body: unknown) =>
      front.answers.set(path, { status, body: JSON.stringify(body) });
    beforeEach(async () => {
      front = await Front.start(backend.url);
    });
    afterEach(() => front.stop());

    it('leave out a row that does not fit, and say so in the log', async () => {
      const page = await open()(now, { kind: 'git', project: null });
      const [good] = page.events;
      answer(200, { events: [good, { ...good, occurred_at: 7 }, null], runs: [{}], next: null });
      const { events, runs } = await open(front.url)(now, everything);
      assert.deepEqual([events, runs], [[good], []]);
      assert.match(log.lines.join('\n'), /ide_sync_events that are left out: 2 \(occurred_at/);
      assert.match(log.lines.join('\n'), /training_runs that are left out: 1/);
    });

    it('fail when it is no page', async () => {
      answer(200, { rows: [] });
      const { problem } = await failure(open(front.url));
      assert.equal(problem.reason, 'server');
      assert.match(problem.detail, /does not read/);
    });

    it('fail when nobody listens', async () => {
      assert.equal((await failure(open('http://127.0.0.1:9'))).problem.reason, 'unreachable');
    });

    it('are asked for again with a new token, once', async () => {
      answer(401, { code: 'PGRST301', message: 'JWT is invalid' });
      const credentials = new FakeCredentials(session);
      assert.equal((await failure(open(front.url, credentials))).problem.reason, 'sessionExpired');
      assert.deepEqual([credentials.forced, front.requests.length], [1, 2]);
    });

    it('are not asked for as somebody else, or as nobody', async () => {
      for (const who of [{ userId: other.id, accessToken: 'x', expiresAt: Date.now() + 1e6 }, null]) {
        const { problem } = await failure(open(front.url, new FakeCredentials(who)));
        assert.equal(problem.reason, 'sessionExpired');
      }
      assert.deepEqual(front.requests, []);
    });

    it('pass over pages that are empty, but not for ever', async () => {
      answer(200, { events: [], runs: [], next: { at: second(1), id: randomUUID() } });
      const page = await open(front.url)(now, { kind: 'test', project: null });
      assert.equal(page.next?.at, second(1));
      assert.equal(front.requests.length, 10);
    });
  });
});

describeEmbedded('a backend without the migration of the timeline', function () {
  this.timeout(120_000);
  let own: OwnTables;
  before(async () => {
    own = await startOwnTables();
  });
  after(() => own?.stop());

  it('says what is missing, and gets it at its next start', async () => {
    const { url, publishableKey, user } = own.ready;
    const session = await new AuthClient(own.ready).signInWithPassword(user.email, user.password);
    const credentials = new FakeCredentials(session);
    const log = new FakeLog();
    const options = { url, publishableKey, credentials, userId: session.userId, log };
    await own.sql(`drop function public.timeline_page(timestamptz, text, text, uuid, integer);
      drop index public.runglass_training_runs_started, public.runglass_training_runs_ended;
      update runglass_private.installation set version = 1;
      delete from runglass_local.migrations where version = '20251122090900';
      delete from runglass_local.state where key = 'schema'; notify pgrst, 'reload schema'`);
    const error = await createTimelineReader(options)(now, everything).then(
      () => assert.fail('it answered'),
      (thrown: unknown) => thrown,
    );
    assert.ok(error instanceof RunglassError);
    assert.partialDeepStrictEqual(error.problem, { reason: 'notMigrated', missing: ['timeline_page'] });

    await own.kill('SIGTERM');
    await own.restart();
    const renewed = await new AuthClient(own.ready).signInWithPassword(user.email, user.password);
    const page = await createTimelineReader({ ...options, credentials: new FakeCredentials(renewed) })(
      now,
      everything,
    );
    assert.deepEqual(page, { events: [], runs: [], next: null });
  });
});
