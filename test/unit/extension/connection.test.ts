import assert from 'node:assert/strict';
import { Connection } from '../../../src/extension/accounts/connection.ts';
import { backendId, type Profile, Profiles } from '../../../src/extension/accounts/profiles.ts';
import { Session, type StoredSession } from '../../../src/extension/accounts/session.ts';
import type { Endpoint, Local } from '../../../src/extension/accounts/types.ts';
import { dashboardStatus } from '../../../src/extension/dashboard/status.ts';
import type { CredentialSource, EngineStatus } from '../../../src/extension/sync/types.ts';
import * as words from '../../../src/extension/words.ts';
import { toDisposable } from '../../../src/shared/disposable.ts';
import { type Problem, RunglassError } from '../../../src/shared/status.ts';
import { emitter, LineLog, ManualClock, MemoryMemento, SharedSecret, settle } from './support/doubles.ts';

const remote: Profile = {
  kind: 'remote',
  url: 'https://abcd.example.co',
  publishableKey: 'sb_publishable_x',
  label: 'abcd.example.co',
};
const embedded: Profile = { kind: 'embedded', signedOut: false };

/** A window: real profiles, sessions and connection over a local backend and an auth server of the test. */
class Setup {
  readonly clock = new ManualClock();
  readonly memento = new MemoryMemento();
  readonly workspace = new MemoryMemento();
  readonly secrets = new Map<string, SharedSecret>();
  readonly exited = emitter();
  readonly attached: string[] = [];
  readonly passwords: string[] = [];
  starts = 0;
  running = 0;
  port = 1;
  startFailure: Problem | null = null;
  /** What a start says of itself on its way. */
  step: 'unpacking' | 'opening' | null = null;
  refreshFailure: Problem | null = null;
  checkFailure: Problem | null = null;
  signOutFailure: Problem | null = null;
  checks = 0;
  readonly wiped: string[] = [];
  readonly revoked: string[] = [];
  user = 'user-1';
  signedIn: CredentialSource | null = null;
  readonly connection = new Connection({
    profiles: new Profiles(this.memento, this.workspace),
    openLocal: async () => this.#local(),
    openAuth: async () => ({
      signInWithPassword: async (email, password) => {
        this.passwords.push(password);
        return this.session(email);
      },
      refresh: async () => {
        if (this.refreshFailure) throw new RunglassError(this.refreshFailure);
        return this.session('local@example.com');
      },
      check: async () => {
        this.checks += 1;
        if (this.checkFailure) throw new RunglassError(this.checkFailure);
      },
      signOut: async (token) => {
        if (this.signOutFailure) throw new RunglassError(this.signOutFailure);
        this.revoked.push(token);
      },
    }),
    wipe: async (profile, { userId }) => void this.wiped.push(`${backendId(profile)} ${userId}`),
    openSession: async (profile, auth) =>
      new Session({
        store: this.secret(profile).open(),
        auth,
        lock: (task) => task(),
        now: this.clock.now,
        ended: async () => {},
        changed: emitter(),
        log: new LineLog(),
      }),
    attach: async (endpoint: Endpoint, _profile, session) => (account) => {
      this.signedIn = session;
      const name = `${endpoint.url} ${account.userId}`;
      this.attached.push(name);
      return toDisposable(() => this.attached.splice(this.attached.indexOf(name), 1));
    },
    clock: this.clock,
    log: new LineLog(),
    changed: emitter(),
  });

  secret(profile: Profile): SharedSecret {
    const id = backendId(profile);
    const secret = this.secrets.get(id) ?? new SharedSecret();
    this.secrets.set(id, secret);
    return secret;
  }

  session(email: string): StoredSession {
    const token = `${this.user}-${this.clock.now()}-${this.passwords.length}`;
    const expiresAt = this.clock.now() + 3_600_000;
    return { userId: this.user, email, accessToken: token, refreshToken: token, expiresAt };
  }

  get kind(): string {
    return this.connection.state.kind;
  }

  async until(condition: () => boolean): Promise<void> {
    for (let turn = 0; turn < 20 && !condition(); turn += 1) await settle();
    assert.ok(condition());
  }

  /** What an engine would say. */
  engine: EngineStatus | null = null;

  get told() {
    return dashboardStatus({
      connection: this.connection.state,
      engine: this.engine,
      ...{ reporting: 'on', restricted: false, trouble: null },
      events: { pending: 0, refused: 0, dropped: 0 },
      stalledAfter: 300_000,
      words,
    });
  }

  #local(): Local {
    let started = false;
    return {
      start: async (onStep) => {
        this.starts += 1;
        await settle();
        if (this.step) onStep?.(this.step);
        await settle();
        if (this.startFailure) throw new RunglassError(this.startFailure);
        if (!started) this.running += 1;
        started = true;
        return {
          url: `http://127.0.0.1:${this.port}`,
          publishableKey: 'sb_publishable_local',
          user: { email: 'local@example.com', password: 'made up at install' },
        };
      },
      onDidExit: this.exited.event,
      dispose: () => {
        if (started) this.running -= 1;
        started = false;
      },
    };
  }
}

describe('the connection', () => {
  it('starts nothing until a backend has been chosen, and offers the local one', async () => {
    const setup = new Setup();
    await setup.connection.open();
    assert.deepEqual([setup.kind, setup.starts], ['none', 0]);
    assert.deepEqual([setup.told.state, setup.told.action?.command], ['signedOut', 'useEmbedded']);
    assert.equal(setup.told.backend, null);
  });

  it('starts the local backend and signs in without asking, and remembers both', async () => {
    const setup = new Setup();
    await setup.connection.chooseEmbedded();
    assert.equal(setup.kind, 'ready');
    assert.deepEqual(setup.attached, ['http://127.0.0.1:1 user-1']);
    assert.equal(setup.told.account, 'local@example.com');
    setup.connection.dispose();
    assert.deepEqual([setup.attached, setup.running], [[], 0]);
    assert.deepEqual(new Profiles(setup.memento, setup.workspace).current, embedded);
  });

  it('signs in to the local backend with the stored session when it is still good', async () => {
    const setup = new Setup();
    await setup.connection.chooseEmbedded();
    await setup.connection.open();
    assert.deepEqual([setup.kind, setup.passwords.length], ['ready', 1]);
    assert.equal(setup.attached.length, 1);
  });

  it('is chosen once when asked twice at the same time', async () => {
    const setup = new Setup();
    await Promise.all([
      setup.connection.chooseEmbedded(),
      settle().then(() => setup.connection.chooseEmbedded()),
    ]);
    assert.deepEqual([setup.kind, setup.starts], ['ready', 1]);
  });

  it('ends at what was chosen last, however quickly', async () => {
    const setup = new Setup();
    const first = setup.connection.chooseEmbedded();
    await settle();
    assert.equal(setup.kind, 'starting');
    await Promise.all([first, setup.connection.choose(remote), setup.connection.chooseEmbedded()]);
    assert.deepEqual([setup.kind, setup.attached], ['ready', ['http://127.0.0.1:1 user-1']]);
    await Promise.all([setup.connection.chooseEmbedded(), setup.connection.choose(remote)]);
    assert.deepEqual([setup.kind, setup.attached, setup.running], ['signedOut', [], 0]);
  });

  it('says what a start has to do, the first one more than later ones', async () => {
    const setup = new Setup();
    const told: unknown[] = [];
    setup.connection.onDidChange(() => told.push([setup.told.state, setup.told.message, setup.told.hint]));
    setup.step = 'unpacking';
    await setup.connection.chooseEmbedded();
    assert.deepEqual(told.slice(0, 2), [
      ['connecting', 'The local backend is starting…', null],
      [
        'connecting',
        'The local backend is unpacking its database…',
        'This takes a few seconds, and only the first time.',
      ],
    ]);
    setup.step = 'opening';
    told.length = 0;
    await setup.connection.open();
    assert.deepEqual(told[1], ['connecting', 'The local backend is starting…', null]);
  });

  it('knows the user of the local backend while that is chosen and runs', async () => {
    const setup = new Setup();
    const email = () => setup.connection.localUser?.email;
    assert.equal(email(), undefined);
    await setup.connection.chooseEmbedded();
    assert.equal(email(), 'local@example.com');
    await setup.connection.signOut();
    assert.equal(email(), undefined);
    await setup.connection.chooseEmbedded();
    await setup.connection.signIn(remote, setup.session('me@example.com'));
    assert.equal(email(), undefined);
  });

  it('gives a local backend up that is still starting when another one is chosen', async () => {
    const setup = new Setup();
    setup.step = 'unpacking';
    const starting = setup.connection.chooseEmbedded();
    await setup.until(() => setup.starts === 1);
    await setup.connection.signIn(remote, setup.session('me@example.com'));
    await starting;
    assert.deepEqual([setup.kind, setup.running], ['ready', 0]);
    assert.deepEqual(setup.attached, ['https://abcd.example.co user-1']);
    assert.equal(setup.told.backend?.kind, 'remote');
  });

  it('says why the local backend does not start, and tries again when asked', async () => {
    const setup = new Setup();
    setup.startFailure = { reason: 'dataFolderDamaged', detail: 'pg_control' };
    await setup.connection.chooseEmbedded();
    assert.equal(setup.kind, 'failed');
    assert.equal(setup.told.state, 'setup');
    assert.match(`${setup.told.message}${setup.told.hint}`, /damaged.*another folder/);
    setup.startFailure = null;
    await setup.connection.open();
    assert.equal(setup.kind, 'ready');
  });

  it('keeps what it shows while the local backend starts again', async () => {
    const setup = new Setup();
    await setup.connection.chooseEmbedded();
    const before = setup.signedIn;
    setup.exited.fire();
    await setup.clock.advance(10_000);
    await setup.until(() => setup.starts === 2);
    assert.deepEqual([setup.kind, setup.attached], ['ready', ['http://127.0.0.1:1 user-1']]);
    assert.equal(setup.signedIn, before, 'the same engine goes on');
  });

  it('connects anew when the local backend comes back elsewhere', async () => {
    const setup = new Setup();
    await setup.connection.chooseEmbedded();
    setup.port = 2;
    setup.exited.fire();
    await setup.clock.advance(10_000);
    await setup.until(() => setup.attached[0] === 'http://127.0.0.1:2 user-1');
    assert.deepEqual([setup.kind, setup.attached.length, setup.running], ['ready', 1, 1]);
  });

  it('starts the local backend again when it exits, but not for ever', async () => {
    const setup = new Setup();
    await setup.connection.chooseEmbedded();
    for (const starts of [2, 3, 4]) {
      setup.exited.fire();
      await setup.clock.advance(10_000);
      await setup.until(() => setup.starts === starts);
      await settle();
    }
    setup.exited.fire();
    await setup.clock.advance(60_000);
    assert.deepEqual([setup.kind, setup.starts], ['failed', 4]);
    assert.equal(setup.told.message, 'The local backend has stopped.');
    assert.equal(setup.attached.length, 1, 'what was shown stays');
    const times = {
      asOf: 1,
      verifiedAt: 2,
      clockOffset: 0,
      latency: null,
      heldFrom: null,
      runsFrom: null,
      activeFrom: null,
      modelsFrom: null,
    };
    setup.engine = { state: 'offline', problem: null, cached: false, ...times };
    assert.partialDeepStrictEqual(setup.told, { state: 'setup', asOf: 1, verifiedAt: 2 });
    setup.engine = null;
    await setup.connection.open();
    assert.equal(setup.kind, 'ready');
  });

  it('goes on trying while the disk is full, without a flicker, and keeps its rows', async () => {
    const setup = new Setup();
    await setup.connection.chooseEmbedded();
    setup.startFailure = { reason: 'diskFull', detail: '0 MB left' };
    setup.exited.fire();
    await setup.clock.advance(500);
    await setup.until(() => setup.kind === 'failed');
    assert.match(`${setup.told.message} ${setup.told.hint}`, /disk.*full.*goes on trying/);
    assert.equal(setup.attached.length, 1, 'what was shown stays');
    const kinds = new Set<string>();
    setup.connection.onDidChange(() => kinds.add(setup.kind));
    for (const starts of [3, 4]) {
      await setup.clock.advance(15_000);
      await setup.until(() => setup.starts === starts);
      await settle();
    }
    assert.deepEqual([...kinds], ['failed']);
    setup.startFailure = null;
    await setup.clock.advance(15_000);
    await setup.until(() => setup.kind === 'ready');
    assert.deepEqual([setup.running, setup.attached.length], [1, 1]);
  });

  it('holds one timer however often it has tried', async () => {
    const setup = new Setup();
    setup.startFailure = { reason: 'diskFull', detail: '0 MB left' };
    let disposals = 0;
    const setTimer = setup.clock.setTimeout.bind(setup.clock);
    setup.clock.setTimeout = (callback, ms) => {
      const timer = setTimer(callback, ms);
      return toDisposable(() => {
        disposals++;
        timer.dispose();
      });
    };
    await setup.connection.chooseEmbedded();
    for (const starts of [2, 3, 4, 5, 6]) {
      await setup.clock.advance(15_000);
      await setup.until(() => setup.starts === starts);
      await settle();
    }
    disposals = 0;
    setup.connection.dispose();
    assert.equal(disposals, 1);
    assert.equal(setup.clock.timerCount, 0);
  });

  it('goes on trying when the first start meets another process, but not when the data is of a newer version', async () => {
    const setup = new Setup();
    setup.startFailure = { reason: 'dataFolderInUse', detail: 'process 7' };
    await setup.connection.chooseEmbedded();
    assert.deepEqual([setup.kind, setup.starts], ['failed', 1]);
    setup.startFailure = { reason: 'dataFolderNewer', detail: 'x' };
    await setup.clock.advance(15_000);
    await setup.until(() => setup.starts === 2);
    await setup.clock.advance(60_000);
    assert.deepEqual([setup.kind, setup.starts], ['failed', 2]);
    assert.match(setup.told.message ?? '', /newer version/);
    setup.connection.dispose();
    assert.equal(setup.clock.timerCount, 0);
  });

  it('is settled only when a lost session of the local backend was renewed', async () => {
    const setup = new Setup();
    await setup.connection.chooseEmbedded();
    setup.refreshFailure = { reason: 'sessionExpired', detail: 'unknown token' };
    const asked = setup.signedIn?.get({ force: true });
    await setup.until(() => setup.kind === 'starting');
    await setup.connection.settled();
    assert.deepEqual([setup.kind, setup.attached.length], ['ready', 1]);
    await asked;
  });

  it('signs in to the local backend anew when its data was replaced', async () => {
    const setup = new Setup();
    await setup.connection.chooseEmbedded();
    await setup.clock.advance(3_600_000);
    setup.refreshFailure = { reason: 'sessionExpired', detail: 'unknown token' };
    setup.user = 'user-2';
    await setup.connection.open();
    assert.deepEqual([setup.kind, setup.attached], ['ready', ['http://127.0.0.1:1 user-2']]);
  });

  it('stays signed out of the local backend, over restarts, until asked', async () => {
    const setup = new Setup();
    await setup.connection.chooseEmbedded();
    await setup.connection.signOut();
    assert.deepEqual([setup.kind, setup.running, setup.attached], ['signedOut', 0, []]);
    assert.equal(setup.secret(embedded).value, null);
    await setup.connection.open();
    assert.deepEqual([setup.kind, setup.starts], ['signedOut', 1]);
    await setup.connection.chooseEmbedded();
    assert.equal(setup.kind, 'ready');
  });

  it('signs in to a project by its URL, and out', async () => {
    const setup = new Setup();
    await setup.connection.signIn(remote, setup.session('me@example.com'));
    assert.deepEqual([setup.kind, setup.told.account], ['ready', 'me@example.com']);
    assert.deepEqual(setup.told.backend, { kind: 'remote', label: 'abcd.example.co' });
    await setup.connection.signOut();
    assert.deepEqual([setup.kind, setup.attached], ['signedOut', []]);
    assert.equal(setup.secret(remote).value, null);
    assert.equal(setup.told.action?.command, 'signIn');
  });

  it('leaves no session behind on the server when the user signs in once more', async () => {
    const setup = new Setup();
    const [first, second] = [
      setup.session('me@example.com'),
      { ...setup.session('me@example.com'), accessToken: '2' },
    ];
    await setup.connection.signIn(remote, first);
    await setup.connection.signIn(remote, second);
    await setup.until(() => setup.revoked.length > 0);
    assert.deepEqual([setup.revoked, setup.kind], [[first.accessToken], 'ready']);
  });

  it('says so when the server ended the session, also after a restart', async () => {
    const setup = new Setup();
    await setup.connection.signIn(remote, setup.session('me@example.com'));
    setup.refreshFailure = { reason: 'sessionExpired', detail: 'revoked' };
    assert.equal(await setup.signedIn?.get({ force: true }), null);
    assert.deepEqual([setup.kind, setup.attached], ['signedOut', []]);
    assert.equal(setup.told.message, 'Your session has ended.');
    await setup.connection.open();
    assert.deepEqual([setup.kind, setup.attached], ['signedOut', []]);
    assert.equal(setup.told.message, 'Your session has ended.');
    assert.equal(setup.told.action?.command, 'signIn');
  });

  it('asks the server of a project whether it knows the session, and says so when it was ended elsewhere', async () => {
    const setup = new Setup();
    await setup.connection.signIn(remote, setup.session('me@example.com'));
    await setup.until(() => setup.checks === 1);
    setup.checkFailure = { reason: 'sessionExpired', detail: 'session_not_found' };
    setup.refreshFailure = setup.checkFailure;
    await setup.connection.checkSession();
    assert.equal(setup.kind, 'ready', 'not so soon again');
    await setup.connection.checkSession({ force: true });
    assert.deepEqual([setup.kind, setup.attached], ['signedOut', []]);
    assert.equal(setup.told.message, 'Your session has ended.');
    await setup.connection.chooseEmbedded();
    await setup.connection.checkSession({ force: true });
    assert.equal(setup.checks, 2, 'the local backend is not asked');
  });

  it('signs out of a backend that is not chosen: its tokens and what is kept of its account go, nothing else', async () => {
    const setup = new Setup();
    const other: Profile = { ...remote, url: 'https://other.example.co', label: 'other.example.co' };
    await setup.connection.signIn(other, setup.session('me@other.example.co'));
    await setup.connection.signIn(remote, setup.session('me@example.com'));
    assert.equal(await setup.connection.signOutOf(other), true);
    assert.deepEqual(setup.wiped, ['https://other.example.co user-1']);
    assert.equal(setup.secret(other).value, null);
    assert.equal(setup.kind, 'ready');
    assert.ok(setup.secret(remote).value);
    setup.signOutFailure = { reason: 'unreachable', detail: 'ECONNREFUSED' };
    assert.equal(await setup.connection.signOutOf(remote), false);
    assert.deepEqual([setup.kind, setup.secret(remote).value], ['signedOut', null]);
    assert.equal(await setup.connection.signOutOf(other), true, 'nobody is signed in there');
  });

  it('lets go of one backend before it takes the next', async () => {
    const setup = new Setup();
    await setup.connection.chooseEmbedded();
    await setup.connection.signIn(remote, setup.session('me@example.com'));
    assert.deepEqual([setup.running, setup.attached], [0, ['https://abcd.example.co user-1']]);
  });

  it('has no effect after it was disposed in the middle', async () => {
    const setup = new Setup();
    const opening = setup.connection.chooseEmbedded();
    await settle();
    setup.connection.dispose();
    await opening;
    await settle();
    assert.deepEqual([setup.attached, setup.running, setup.clock.timerCount], [[], 0, 0]);
  });

  it('puts a backend back into the list that another window lost, and gives it its new name', async () => {
    const setup = new Setup();
    await setup.connection.signIn(remote, setup.session('me@example.com'));
    setup.memento.values.set('runglass.backends', []);
    await setup.connection.open();
    assert.deepEqual(setup.memento.get('runglass.backends'), [remote]);
    await new Profiles(setup.memento, new MemoryMemento()).save({ ...remote, label: 'Work' });
    setup.connection.renamed();
    assert.equal(setup.told.backend?.label, 'Work');
  });

  it('does not put one back that another window removed, which is signed out here', async () => {
    const setup = new Setup();
    await setup.connection.signIn(remote, setup.session('me@example.com'));
    await setup.secret(remote).open().remove();
    await new Profiles(setup.memento, new MemoryMemento()).remove(remote);
    await setup.until(() => setup.kind === 'signedOut');
    await setup.connection.open();
    assert.deepEqual(setup.memento.get('runglass.backends'), []);
    assert.deepEqual([setup.kind, setup.told.backend?.label], ['signedOut', remote.label]);
  });

  it('keeps the backend that a window began with, whatever another one chooses', async () => {
    const setup = new Setup();
    setup.memento.values.set('runglass.profile', remote);
    await setup.connection.open();
    await new Profiles(setup.memento, new MemoryMemento()).choose(embedded);
    await setup.connection.open();
    assert.deepEqual([setup.kind, setup.starts], ['signedOut', 0]);
  });

  it('keeps no token, key or password of ours outside the secret store', async () => {
    const setup = new Setup();
    await setup.connection.chooseEmbedded();
    const session = setup.session('me@example.com');
    await setup.connection.signIn(remote, session);
    const kept = JSON.stringify([...setup.memento.values]);
    for (const secret of [session.accessToken, 'made up at install', ...setup.passwords])
      assert.ok(!kept.includes(secret));
    assert.match(setup.secret(remote).value ?? '', new RegExp(session.accessToken));
  });
});
