import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { AuthClient, createEventSender, createSync } from '../../../src/extension/sync.ts';
import { type Problem, RunglassError } from '../../../src/shared/status.ts';
import { FakeAttention, FakeCredentials, FakeLog } from '../../fakes/account.ts';
import {
  type BackendProcess,
  foreignStack,
  makeClient,
  spawnBackend,
  startBackend,
  stopProcess,
  type TestBackend,
  type TestUser,
  temporaryFolder,
} from '../../support/backend.ts';
import { openSync, until } from './harness.ts';

/** A port where nobody listens. */
const nobody = 'http://127.0.0.1:9';

const rejectsWith = (reason: Problem['reason']) => (error: unknown) =>
  error instanceof RunglassError && error.problem.reason === reason
    ? true
    : assert.fail(
        `expected ${reason}, got ${JSON.stringify((error as RunglassError).problem ?? String(error))}`,
      );

describe('what can go wrong with a backend', function () {
  this.timeout(180_000);

  let backend: TestBackend;
  let user: TestUser;

  before(async () => {
    backend = await startBackend();
    user = await backend.newUser();
  });

  after(() => backend?.stop());

  it('says that the password is wrong', () =>
    assert.rejects(
      new AuthClient(backend).signInWithPassword(user.email, 'wrong'),
      rejectsWith('badCredentials'),
    ));

  it('signs in, renews, and says that a used-up or unknown refresh token ends the session', async () => {
    const auth = new AuthClient(backend);
    const session = await auth.signInWithPassword(user.email, user.password);
    assert.equal(session.userId, user.id);
    assert.equal(session.email, user.email);
    assert.ok(session.expiresAt > Date.now());
    const renewed = await auth.refresh(session.refreshToken);
    assert.equal(renewed.userId, user.id);
    await auth.signOut(renewed.accessToken);
    await assert.rejects(auth.refresh('unknown'), rejectsWith('sessionExpired'));
  });

  it('sends editor events once, however often they are sent', async () => {
    const session = await new AuthClient(backend).signInWithPassword(user.email, user.password);
    const send = createEventSender({
      ...backend,
      credentials: new FakeCredentials(session),
      userId: user.id,
    });
    const event = {
      id: randomUUID(),
      event_type: 'file.saved',
      occurred_at: new Date().toISOString(),
      session_id: randomUUID(),
      editor: 'test',
      project_id: null,
      run_id: null,
      payload: { language: 'python' },
    };
    assert.deepEqual(pick(await send([event])), { accepted: 1, duplicates: 0 });
    assert.deepEqual(pick(await send([event])), { accepted: 0, duplicates: 1 });
  });

  it('shows the reason in the status of the engine, and refresh rejects with it', async () => {
    for (const [options, state, reason] of [
      [{ url: nobody }, 'offline', 'unreachable'],
      [{ publishableKey: 'sb_publishable_wrong' }, 'setup', 'badKey'],
      [{ url: 'nonsense' }, 'setup', 'badUrl'],
    ] as const) {
      const session = await new AuthClient(backend).signInWithPassword(user.email, user.password);
      const sync = createSync({
        ...backend,
        ...options,
        credentials: new FakeCredentials(session),
        attention: new FakeAttention(true),
        log: new FakeLog(),
      });
      try {
        await until(reason, () => sync.status.problem?.reason === reason || null, 30_000);
        assert.equal(sync.status.state, state);
        await assert.rejects(sync.refresh(), rejectsWith(reason));
      } finally {
        sync.dispose();
      }
    }
  });
});

// On a foreign stack the server is not ours to kill.
(foreignStack ? describe.skip : describe)('a backend that is killed and comes back', function () {
  this.timeout(180_000);

  let folder: string;
  let first: BackendProcess;
  let second: BackendProcess | null = null;

  before(async () => {
    folder = temporaryFolder();
    first = await spawnBackend(folder);
  });

  after(async () => {
    await stopProcess(first.child);
    if (second) await stopProcess(second.child);
    rmSync(folder, { recursive: true, force: true });
  });

  it('is offline with its rows, then right again by itself', async () => {
    const { url, publishableKey, user } = first.ready;
    const client = makeClient(url, publishableKey);
    const { data } = await client.auth.signInWithPassword(user);
    assert.ok(data.user);
    const testUser = { client, id: data.user.id, ...user };
    const live = await openSync({ ...first.ready } as unknown as TestBackend, testUser);
    try {
      await live.reaches('live');
      const before = await client.from('projects').insert({ user_id: data.user.id, name: 'before' });
      assert.equal(before.error, null);
      await live.sees('before', (c) => c.new !== null && 'name' in c.new && c.new.name === 'before');
      const seen = live.sync.replica.epoch;

      await stopProcess(first.child, 'SIGKILL');
      await live.reaches('offline');
      assert.equal(live.sync.status.problem?.reason, 'unreachable');
      assert.equal(live.sync.replica.tables.projects.size, 1);

      second = await spawnBackend(folder, ['--port', new URL(url).port]);
      const missed = await client.from('projects').insert({ user_id: data.user.id, name: 'missed' });
      assert.equal(missed.error, null);
      await live.sees('missed', (c) => c.new !== null && 'name' in c.new && c.new.name === 'missed', 40_000);
      await live.reaches('live', 40_000);
      assert.equal(live.sync.replica.epoch, seen, 'the replica was never emptied');
      const after = await client.from('projects').insert({ user_id: data.user.id, name: 'after' });
      assert.equal(after.error, null);
      const change = await live.sees(
        'after',
        (c) => c.new !== null && 'name' in c.new && c.new.name === 'after',
      );
      assert.equal(change.source, 'realtime');
    } finally {
      live.sync.dispose();
    }
  });
});

function pick({ accepted, duplicates }: { accepted: number; duplicates: number }) {
  return { accepted, duplicates };
}
