import assert from 'node:assert/strict';
import { expiryMargin, Session, type StoredSession } from '../../../src/extension/accounts/session.ts';
import { type Problem, RunglassError } from '../../../src/shared/status.ts';
import { emitter, LineLog, ManualClock, SharedSecret, settle } from './support/doubles.ts';

const clock = new ManualClock();

function stored(name: string, lifetime = 3_600_000): StoredSession {
  return {
    ...{ userId: 'user-1', email: 'a@example.com', accessToken: `access-${name}` },
    ...{ refreshToken: `refresh-${name}`, expiresAt: clock.now() + lifetime },
  };
}

/** An auth server whose refresh tokens can be used once. */
class RotatingAuth {
  valid = 'refresh-1';
  refreshes = 0;
  revoked: string[] = [];
  checks: string[] = [];
  /** The server does not know the session any more, though its tokens look valid. */
  ended = false;
  failure: Problem | null = null;

  async refresh(refreshToken: string): Promise<StoredSession> {
    this.refreshes += 1;
    await settle();
    if (this.failure) throw new RunglassError(this.failure);
    if (refreshToken !== this.valid)
      throw new RunglassError({ reason: 'sessionExpired', detail: 'Invalid Refresh Token: Already Used' });
    const fresh = stored(String(this.refreshes + 1));
    this.valid = fresh.refreshToken;
    return fresh;
  }

  async check(accessToken: string): Promise<void> {
    this.checks.push(accessToken);
    if (this.ended) throw new RunglassError({ reason: 'sessionExpired', detail: 'session_not_found' });
  }

  async signOut(accessToken: string): Promise<void> {
    if (this.failure) throw new RunglassError(this.failure);
    this.revoked.push(accessToken);
  }
}

class Setup {
  readonly secret = new SharedSecret();
  readonly auth = new RotatingAuth();
  readonly log = new LineLog();
  /** Users whose session the server has ended. */
  readonly ended: string[] = [];
  #lock: Promise<unknown> = Promise.resolve();

  /** One window's session; all of them share secret, server and lock. */
  window(): Session {
    return new Session({
      store: this.secret.open(),
      auth: this.auth,
      lock: <T>(task: () => Promise<T>) => {
        const result = this.#lock.then(task);
        this.#lock = result.catch(() => {});
        return result;
      },
      now: clock.now,
      ended: async (userId) => void this.ended.push(userId),
      changed: emitter(),
      log: this.log,
    });
  }

  async signedIn(lifetime?: number): Promise<Session> {
    const session = this.window();
    await session.signIn(stored('1', lifetime));
    return session;
  }
}

describe('a session', () => {
  it('is kept in the secret store and read again by the next start', async () => {
    const setup = new Setup();
    await setup.signedIn();
    const next = setup.window();
    assert.equal(await next.get(), null);
    await next.load();
    assert.equal(next.account?.email, 'a@example.com');
    assert.equal((await next.get())?.accessToken, 'access-1');
  });

  it('refreshes once for many callers when the token is about to expire', async () => {
    const setup = new Setup();
    const session = await setup.signedIn(expiryMargin - 1);
    const answers = await Promise.all(Array.from({ length: 20 }, () => session.get()));
    assert.equal(setup.auth.refreshes, 1);
    assert.deepEqual(new Set(answers.map((answer) => answer?.accessToken)), new Set(['access-2']));
  });

  it('refreshes once for all windows, and all go on with the new token', async () => {
    const setup = new Setup();
    const first = await setup.signedIn(1_000);
    const others = await Promise.all(
      [1, 2, 3].map(async () => {
        const session = setup.window();
        await session.load();
        return session;
      }),
    );
    const answers = await Promise.all([first, ...others].map((session) => session.get()));
    assert.equal(setup.auth.refreshes, 1);
    for (const answer of answers) assert.equal(answer?.accessToken, 'access-2');
  });

  it('asks for a new token when told that the server refused the old one', async () => {
    const setup = new Setup();
    const session = await setup.signedIn();
    assert.equal((await session.get({ force: true }))?.accessToken, 'access-2');
    assert.equal((await session.get())?.accessToken, 'access-2');
  });

  it('ends with a reason when the server ended it, here and in the other windows', async () => {
    const setup = new Setup();
    const session = await setup.signedIn(1_000);
    const other = setup.window();
    await other.load();
    setup.auth.valid = 'revoked elsewhere';
    assert.equal(await session.get(), null);
    await settle();
    const next = setup.window();
    await next.load();
    for (const window of [session, other, next]) {
      assert.equal(window.account, null);
      assert.equal(window.problem?.reason, 'sessionExpired');
    }
    assert.doesNotMatch(
      setup.secret.value ?? '',
      /access-|refresh-|user-1|@/,
      'no more than the reason is kept',
    );
    assert.deepEqual(setup.ended, ['user-1']);
    await next.signOut();
    await settle();
    assert.deepEqual([setup.secret.value, session.problem, other.problem], [null, null, null]);
  });

  it('ends on the server when another one takes its place', async () => {
    const setup = new Setup();
    const session = await setup.signedIn();
    await session.replaceWith(stored('2'));
    await settle();
    assert.deepEqual(setup.auth.revoked, ['access-1']);
    assert.equal((await session.get())?.accessToken, 'access-2');
  });

  it('goes on with the token of a window that refreshed without waiting for it', async () => {
    const setup = new Setup();
    const session = await setup.signedIn(1_000);
    // It took this one for dead, because it was suspended.
    setup.auth.refresh = async () => {
      setup.secret.value = JSON.stringify(stored('other'));
      throw new RunglassError({ reason: 'sessionExpired', detail: 'Invalid Refresh Token: Already Used' });
    };
    assert.equal((await session.get())?.accessToken, 'access-other');
    assert.ok(setup.secret.value);
  });

  it('survives a server that cannot be reached', async () => {
    const setup = new Setup();
    const session = await setup.signedIn(1_000);
    setup.auth.failure = { reason: 'unreachable', detail: 'ECONNREFUSED' };
    await assert.rejects(session.get(), RunglassError);
    assert.ok(session.account && setup.secret.value);
    setup.auth.failure = null;
    assert.equal((await session.get())?.accessToken, 'access-3');
  });

  it('wipes the secret and revokes at sign-out, and tells the other windows', async () => {
    const setup = new Setup();
    const session = await setup.signedIn();
    const other = setup.window();
    await other.load();
    let told = 0;
    other.onDidChange(() => {
      told += 1;
    });
    await session.signOut();
    await settle();
    assert.deepEqual(setup.auth.revoked, ['access-1']);
    assert.deepEqual([setup.secret.value, session.account, other.account, told], [null, null, null, 1]);
    assert.equal(session.problem, null);
  });

  it('says whether the server was told of a sign-out, and leaves no token either way', async () => {
    const setup = new Setup();
    assert.equal(await (await setup.signedIn()).signOut(), true);
    const offline = await setup.signedIn();
    setup.auth.failure = { reason: 'unreachable', detail: 'ECONNREFUSED' };
    assert.equal(await offline.signOut(), false);
    assert.equal(setup.secret.value, null);
  });

  it('revokes what another window has renewed, though nobody told this one', async () => {
    const setup = new Setup();
    const session = await setup.signedIn();
    setup.secret.value = JSON.stringify(stored('of another window'));
    await session.signOut();
    assert.deepEqual(setup.auth.revoked, ['access-of another window']);
  });

  it('revokes with a new token when the one it has is no good any more', async () => {
    const setup = new Setup();
    const session = await setup.signedIn(-1);
    assert.equal(await session.signOut(), true);
    assert.deepEqual(setup.auth.revoked, ['access-2']);
    assert.equal(setup.secret.value, null);
  });

  it('takes a session that was ended elsewhere for revoked', async () => {
    const setup = new Setup();
    const session = await setup.signedIn();
    setup.auth.signOut = async () => {
      throw new RunglassError({ reason: 'sessionExpired', detail: 'session_not_found' });
    };
    assert.equal(await session.signOut(), true);
  });

  it('notices that it was ended elsewhere, while its token looks valid', async () => {
    const setup = new Setup();
    const session = await setup.signedIn();
    const other = setup.window();
    await other.load();
    setup.auth.ended = true;
    setup.auth.valid = 'of nobody';
    await session.check({ force: true });
    await settle();
    assert.deepEqual([session.problem?.reason, other.problem?.reason], ['sessionExpired', 'sessionExpired']);
    assert.deepEqual([session.account, other.account], [null, null]);
  });

  it('goes on when only its token was refused', async () => {
    const setup = new Setup();
    const session = await setup.signedIn();
    setup.auth.ended = true;
    await session.check({ force: true });
    assert.equal((await session.get())?.accessToken, 'access-2');
    assert.equal(session.problem, null);
  });

  it('is checked at most every five minutes, unless the user asks', async () => {
    const setup = new Setup();
    const session = await setup.signedIn();
    await session.check();
    assert.equal(setup.auth.checks.length, 0, 'it was made just now');
    clock.jump(300_000);
    await session.check();
    await session.check();
    assert.equal(setup.auth.checks.length, 1);
    await session.check({ force: true });
    assert.equal(setup.auth.checks.length, 2);
    clock.jump(-600_000);
    await session.check();
    assert.equal(setup.auth.checks.length, 3, 'a clock that was set back ends no checks');
  });

  it('goes on when the server cannot be asked', async () => {
    const setup = new Setup();
    const session = await setup.signedIn();
    setup.auth.check = async () => {
      throw new RunglassError({ reason: 'unreachable', detail: 'ECONNREFUSED' });
    };
    await session.check({ force: true });
    assert.ok(session.account);
    assert.equal(setup.auth.refreshes, 0);
  });

  it('stays signed out when a refresh was under way', async () => {
    const setup = new Setup();
    const session = await setup.signedIn(1_000);
    const refreshing = session.get();
    await settle();
    await session.signOut();
    assert.equal(await refreshing, null);
    assert.equal(setup.secret.value, null);
  });

  it('reads as signed out when the secret is damaged', async () => {
    for (const damaged of ['', '{', '{"userId":1}', 'null', '[]']) {
      const setup = new Setup();
      setup.secret.value = damaged;
      const session = setup.window();
      await session.load();
      assert.equal(session.account, null);
    }
  });

  it('leaves no listener when disposed', async () => {
    const setup = new Setup();
    const session = await setup.signedIn();
    session.dispose();
    assert.equal(setup.secret.listenerCount, 0);
    assert.equal(await session.get(), null);
  });

  it('writes no token to the log', async () => {
    const setup = new Setup();
    const session = await setup.signedIn(1_000);
    setup.auth.valid = 'other';
    await session.get();
    assert.doesNotMatch(setup.log.lines.join('\n'), /access-|refresh-/);
  });
});
