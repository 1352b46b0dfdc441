import assert from 'node:assert/strict';
import { AccountSessions } from '../../../../src/extension/accounts/accountSessions.ts';
import { backendId, type Profile, type RemoteProfile } from '../../../../src/extension/accounts/profiles.ts';
import { Session, type StoredSession } from '../../../../src/extension/accounts/session.ts';
import { emitter, LineLog, ManualClock, SharedSecret } from '../support/doubles.ts';

const remote = (host: string): RemoteProfile => ({
  kind: 'remote',
  url: `https://${host}`,
  publishableKey: 'sb_publishable_x',
  label: host,
});
const [work, home] = [remote('work.example.co'), remote('home.example.co')];

/** Two backends by URL beside the embedded one, with sessions in a secret store. */
class Setup {
  readonly clock = new ManualClock();
  readonly secrets = new Map<string, SharedSecret>();
  readonly signedOut: string[] = [];
  readonly asked: (string | null)[] = [];
  refreshes = 0;
  /** What the user does when asked to sign in. */
  whenAsked: () => Promise<RemoteProfile | null> = async () => null;
  readonly sessions = new AccountSessions({
    profiles: () => [{ kind: 'embedded', signedOut: false }, work, home],
    openSession: async (profile) => this.#open(profile),
    signIn: async (profile) => {
      this.asked.push(profile?.label ?? null);
      return await this.whenAsked();
    },
    signOutOf: async (profile) => {
      this.signedOut.push(backendId(profile));
      this.secret(profile).value = null;
    },
    log: new LineLog(),
  });

  secret(profile: Profile): SharedSecret {
    const id = backendId(profile);
    const secret = this.secrets.get(id) ?? new SharedSecret();
    this.secrets.set(id, secret);
    return secret;
  }

  store(profile: Profile, email: string | null, token: string, lifetime = 3_600_000): void {
    const session: StoredSession = {
      ...{ userId: `user of ${backendId(profile)}`, email, accessToken: token, refreshToken: 'r' },
      expiresAt: this.clock.now() + lifetime,
    };
    this.secret(profile).value = JSON.stringify(session);
  }

  #open(profile: Profile): Session {
    return new Session({
      store: this.secret(profile).open(),
      auth: {
        refresh: async () => {
          this.refreshes += 1;
          const { userId, email } = JSON.parse(this.secret(profile).value ?? '') as StoredSession;
          const expiresAt = this.clock.now() + 3_600_000;
          return { userId, email, accessToken: 'renewed', refreshToken: 'r2', expiresAt };
        },
        check: async () => assert.fail('asked'),
        signOut: async () => {},
      },
      lock: (task) => task(),
      now: this.clock.now,
      ended: async () => {},
      changed: emitter(),
      log: new LineLog(),
    });
  }
}

describe('accounts in the Accounts menu', () => {
  it('are one for each backend by URL that somebody is signed in to, and none of the embedded one', async () => {
    const setup = new Setup();
    setup.store({ kind: 'embedded', signedOut: false }, 'demo@runglass.local', 'local');
    setup.store(work, 'ada@example.com', 'one');
    setup.store(home, null, 'two');
    const sessions = await setup.sessions.list(undefined);
    assert.deepEqual(
      sessions.map(({ account, accessToken, scopes }) => [account.label, accessToken, scopes]),
      [
        ['ada@example.com (work.example.co)', 'one', []],
        ['home.example.co', 'two', []],
      ],
    );
    assert.equal(new Set(sessions.map(({ id }) => id)).size, 2);
    assert.doesNotMatch(sessions.map(({ id }) => id).join(), /ada|example|user/);
    const [first] = sessions;
    assert.deepEqual(await setup.sessions.list(undefined, first?.account), [first]);
  });

  it('ask nobody for the menu, and renew a stale token for an extension that wants it', async () => {
    const setup = new Setup();
    setup.store(work, 'ada@example.com', 'stale', -1);
    assert.equal((await setup.sessions.list(undefined))[0]?.accessToken, 'stale');
    assert.equal(setup.refreshes, 0);
    assert.equal((await setup.sessions.list([]))[0]?.accessToken, 'renewed');
    assert.equal((await setup.sessions.list([]))[0]?.accessToken, 'renewed');
    assert.equal(setup.refreshes, 1);
  });

  it('have no scopes', async () => {
    const setup = new Setup();
    setup.store(work, 'ada@example.com', 'one');
    assert.deepEqual(await setup.sessions.list(['read']), []);
    await assert.rejects(setup.sessions.create(['read']), /no scopes/);
    assert.deepEqual(setup.asked, []);
  });

  it('are made by signing in, and not when the user does not', async () => {
    const setup = new Setup();
    await assert.rejects(setup.sessions.create([]), /nobody signed in/);
    setup.store(home, 'bob@example.com', 'of another backend');
    setup.whenAsked = async () => {
      setup.store(home, 'bob@example.com', 'renewed meanwhile');
      setup.store(work, 'ada@example.com', 'one');
      return work;
    };
    const { account } = await setup.sessions.create([]);
    assert.equal(account.label, 'ada@example.com (work.example.co)');
    setup.whenAsked = async () => {
      setup.store(work, 'ada@example.com', 'renewed meanwhile');
      return null;
    };
    await assert.rejects(setup.sessions.create([], account), /nobody signed in/);
    assert.deepEqual(setup.asked, [null, null, 'work.example.co']);
  });

  it('sign out of their own backend, chosen or not', async () => {
    const setup = new Setup();
    setup.store(work, 'ada@example.com', 'one');
    setup.store(home, 'ada@example.com', 'two');
    const [, second] = await setup.sessions.list(undefined);
    await setup.sessions.remove(second?.id ?? '');
    assert.deepEqual(setup.signedOut, [home.url]);
    await assert.rejects(setup.sessions.remove(second?.id ?? ''), /not signed in any more/);
  });

  it('tell what changed since the last time', async () => {
    const setup = new Setup();
    const names = async () => {
      const change = await setup.sessions.whatChanged();
      const label = ({ account }: { account: { label: string } }) => account.label;
      return change && [change.added.map(label), change.removed.map(label), change.changed.map(label)];
    };
    assert.equal(await names(), null);
    setup.store(work, 'ada@example.com', 'one');
    assert.deepEqual(await names(), [['ada@example.com (work.example.co)'], [], []]);
    setup.store(work, 'ada@example.com', 'two');
    assert.deepEqual(await names(), [[], [], ['ada@example.com (work.example.co)']]);
    setup.secret(work).value = null;
    assert.deepEqual(await names(), [[], ['ada@example.com (work.example.co)'], []]);
    assert.equal(await names(), null);
  });
});
