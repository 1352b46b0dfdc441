import assert from 'node:assert/strict';
import type { ConnectionState, Endpoint } from '../../../src/extension/accounts/types.ts';
import { schemaVersion } from '../../../src/extension/doctor/checks/database.ts';
import { checks } from '../../../src/extension/doctor/checks.ts';
import { Doctor } from '../../../src/extension/doctor/doctor.ts';
import type { Diagnosis, Probe, Reached, Reply } from '../../../src/extension/doctor/probe.ts';
import { scrubber } from '../../../src/extension/doctor/scrub.ts';
import { readAnswer, readFailure } from '../../../src/extension/supabase/reach.ts';
import type { ChannelEvent, PingReply, Transport } from '../../../src/extension/sync/transport.ts';
import type { Credentials } from '../../../src/extension/sync/types.ts';
import { type DoctorCheckId, type DoctorReport, doctorChecks } from '../../../src/shared/doctor.ts';
import { type Problem, RunglassError } from '../../../src/shared/status.ts';
import { emitter, ManualClock, settle } from './support/doubles.ts';

const profile = {
  kind: 'remote',
  url: 'https://abcdefghijklmnopqrst.supabase.co',
  publishableKey: 'sb_publishable_abcdefgh',
  label: 'abcdefghijklmnopqrst.supabase.co',
} as const;
const account = { userId: '11111111-1111-4111-8111-111111111111', email: 'ada@example.com' };
const token = 'a.b.c-the-access-token';
const yes: Reply = { status: 200, code: null, message: '' };
const sound: Diagnosis = {
  schemaVersion,
  postgres: '17.1',
  clockOffset: 12,
  oldestWriter: null,
  findings: [],
};

/** A backend that answers as it is told, and a connection to it. */
class Ward implements Probe, Transport {
  readonly clock = new ManualClock();
  state: ConnectionState = { kind: 'ready', profile, account };
  endpoint: Endpoint | null = profile;
  credentials: Credentials | null = { userId: account.userId, accessToken: token, expiresAt: 0 };
  reached: Promise<Reached> = Promise.resolve({ kind: 'reached', serverTime: null });
  diagnosis: Diagnosis | Reply = sound;
  onJoin: (listener: (event: ChannelEvent) => void) => void = (listener) => listener({ type: 'armed' });
  /** What becomes of a ping: its echo comes, after so long, ms. */
  echoAfter: number | null = 0;
  pingFailure: Problem | null = null;
  pings = 0;
  asked = 0;
  disposed = 0;
  #hear: (event: ChannelEvent) => void = () => {};
  readonly #changed = emitter();
  readonly onDidChange = this.#changed.event;
  readonly session = { get: async () => this.credentials, account };
  settled = async () => {};

  set(state: ConnectionState): void {
    this.state = state;
    this.#changed.fire();
  }

  reach = () => {
    this.asked += 1;
    return this.reached;
  };
  askKey = async () => yes;
  askSession = async (): Promise<Reply> => yes;
  read = async () => yes;
  call = async () => yes;
  diagnose = async () => this.diagnosis;
  openSocket = async (): Promise<Reached> => ({ kind: 'reached', serverTime: null });
  openTransport = () => this;
  pull = () => Promise.reject(new Error('The Doctor pulls nothing.'));
  ping = async (nonce: string): Promise<PingReply> => {
    this.pings += 1;
    if (this.pingFailure) throw new RunglassError(this.pingFailure);
    if (this.echoAfter !== null)
      this.clock.setTimeout(
        () => this.#hear({ type: 'change', change: { kind: 'canary', seq: 5, nonce } }),
        this.echoAfter,
      );
    return { seq: 5, now: this.clock.now() };
  };
  join = (listener: (event: ChannelEvent) => void) => {
    this.#hear = listener;
    queueMicrotask(() => this.onJoin(listener));
    return { renewToken: () => {}, probe: () => {}, dispose: () => {} };
  };
  dispose = () => {
    this.disposed += 1;
  };

  readonly doctor = new Doctor({
    connection: this,
    createProbe: async () => this,
    clock: this.clock,
    random: Math.random,
    changed: emitter(),
  });

  /** Runs the Doctor while time passes. */
  async examine(ms = 60_000): Promise<DoctorReport> {
    const done = this.doctor.run();
    for (let passed = 0; passed < ms; passed += 500) await this.clock.advance(500);
    return await done;
  }
}

const outcome = ({ checks: all }: DoctorReport, id: DoctorCheckId) =>
  all.find((check) => check.id === id) ?? assert.fail(id);
const outcomes = (report: DoctorReport) => report.checks.map((check) => check.outcome);

describe('the Doctor', () => {
  it('looks at everything in the order of its contract', async () => {
    assert.deepEqual(
      checks.map(({ id }) => id),
      [...doctorChecks],
    );
    const ward = new Ward();
    const report = await ward.examine();
    assert.deepEqual(new Set(outcomes(report)), new Set(['ok']), JSON.stringify(report.checks, null, 1));
    assert.equal(report.backend, 'remote');
    assert.ok(report.finishedAt !== null);
    assert.equal(ward.doctor.report, report);
    assert.equal(ward.pings, 1);
    assert.equal(ward.clock.timerCount, 0, 'no timer is left');
    assert.ok(ward.disposed >= 1, 'the probe is let go of');
  });

  it('examines once however often it is asked, and again when it is done', async () => {
    const ward = new Ward();
    const [first, second] = [ward.doctor.run(), ward.doctor.run()];
    await ward.clock.advance(1_000);
    assert.equal(await first, await second);
    assert.equal(ward.asked, 1);
    await ward.examine();
    assert.equal(ward.asked, 2);
  });

  it('gives each check its time, and skips what needs it', async () => {
    const ward = new Ward();
    ward.reached = new Promise(() => {});
    const report = await ward.examine();
    assert.match(outcome(report, 'url').detail, /longer than 20 s/);
    assert.deepEqual(outcomes(report).slice(1), Array(doctorChecks.length - 1).fill('skipped'));
  });

  it('does not throw when the probe does', async () => {
    const ward = new Ward();
    ward.askKey = () => Promise.reject(new Error('nobody foresaw this'));
    const report = await ward.examine();
    assert.match(outcome(report, 'key').detail, /nobody foresaw this/);
  });

  for (const [name, next] of [
    ['sign-out', { kind: 'signedOut', profile, problem: null }],
    ['another account', { kind: 'ready', profile, account: { ...account, userId: 'other' } }],
    ['another backend', { kind: 'starting', profile: { ...profile, url: 'https://other.supabase.co' } }],
    ['no backend', { kind: 'none' }],
  ] as const satisfies [string, ConnectionState][])
    it(`stops at once at ${name}, and drops its report`, async () => {
      const ward = new Ward();
      ward.reached = new Promise(() => {});
      const run = ward.doctor.run();
      await settle();
      assert.equal(ward.doctor.report?.checks[0]?.outcome, 'running');
      ward.set(next);
      assert.equal(ward.doctor.report, null);
      const report = await run;
      assert.match(outcome(report, 'url').detail, /the account or the backend changed/);
      assert.deepEqual(new Set(outcomes(report)), new Set(['skipped']));
      assert.equal(ward.doctor.report, null, 'what ends late is not told');
    });

  it('examines the new backend when it is asked right after a change', async () => {
    const ward = new Ward();
    ward.reached = new Promise(() => {});
    const first = ward.doctor.run();
    await settle();
    ward.set({ kind: 'ready', profile, account: { ...account, userId: 'other-user' } });
    ward.reached = Promise.resolve({ kind: 'reached', serverTime: null });
    const second = await ward.examine();
    assert.notEqual(await first, second);
    assert.equal(outcome(second, 'url').outcome, 'ok');
    assert.equal(ward.doctor.report, second);
  });

  it('waits for a connection that is being made, and not for ever', async () => {
    const ward = new Ward();
    ward.settled = () => new Promise(() => {});
    const report = await ward.examine();
    assert.equal(outcome(report, 'url').outcome, 'ok');
  });

  it('examines once, the new account, when that changes while the connection is being made', async () => {
    const ward = new Ward();
    let made = () => {};
    ward.settled = () => new Promise((resolve) => (made = resolve));
    const first = ward.doctor.run();
    ward.set({ kind: 'ready', profile, account: { ...account, userId: 'other-user' } });
    const second = ward.doctor.run();
    made();
    await ward.clock.advance(1_000);
    assert.equal(await first, await second);
    assert.equal(ward.asked, 1);
    assert.equal(ward.doctor.report, await first);
  });

  it('does not take a server that fails for one that refuses', async () => {
    const ward = new Ward();
    ward.askSession = async () => ({ status: 503, code: '', message: 'Service Unavailable' });
    assert.match(
      outcome(await ward.examine(), 'session').detail,
      /answers with an error: Service Unavailable/,
    );
  });

  it('goes on when the server ends the session: that is a finding', async () => {
    const ward = new Ward();
    const problem: Problem = { reason: 'sessionExpired', detail: 'revoked' };
    ward.session.get = async () => {
      ward.set({ kind: 'signedOut', profile, problem });
      return null;
    };
    const report = await ward.examine();
    assert.match(outcome(report, 'session').detail, /session has ended: revoked/);
    assert.equal(outcome(report, 'tables').outcome, 'skipped');
    assert.equal(outcome(report, 'realtime').outcome, 'ok');
  });

  it('says so when there is nothing to examine', async () => {
    const embedded = { kind: 'embedded', signedOut: false } as const;
    const busy: Problem = { reason: 'portInUse', detail: 'port 1' };
    for (const [state, words] of [
      [{ kind: 'none' }, /No backend has been chosen/],
      [{ kind: 'failed', profile: embedded, problem: busy }, /port of the local backend is in use/],
      [{ kind: 'starting', profile: embedded }, /local backend is starting/],
      [{ kind: 'signedOut', profile: embedded, problem: null }, /does not run while you are signed out/],
    ] as const satisfies [ConnectionState, RegExp][]) {
      const ward = new Ward();
      ward.set(state);
      ward.endpoint = null;
      const report = await ward.examine();
      assert.match(outcome(report, 'url').detail, words);
      assert.ok(outcome(report, 'url').findings[0]?.remedy);
      assert.deepEqual(new Set(outcomes(report).slice(1)), new Set(['skipped']));
    }
  });

  it('knows the key of another project without asking anybody', async () => {
    const ward = new Ward();
    ward.askKey = () => Promise.reject(new Error('was asked'));
    const claims = Buffer.from(JSON.stringify({ role: 'anon', ref: 'zzzzzzzzzzzzzzzzzzzz' })).toString(
      'base64url',
    );
    ward.endpoint = { ...profile, publishableKey: `eyJhbGciOiJIUzI1NiJ9.${claims}.sig` };
    assert.match(outcome(await ward.examine(), 'key').detail, /another project \(z{20}\)/);
  });

  describe('of a stream', () => {
    const say = async (change: (ward: Ward) => void, id: DoctorCheckId) => {
      const ward = new Ward();
      change(ward);
      const report = await ward.examine(90_000);
      assert.equal(ward.clock.timerCount, 0, 'no timer is left');
      return outcome(report, id);
    };

    it('tells how long a change took', async () => {
      const found = await say((ward) => (ward.echoAfter = 2_500), 'delivery');
      assert.deepEqual(
        [found.outcome, found.detail],
        ['ok', 'A change came back 2,500 ms after it was written.'],
      );
    });

    it('tells a slow one from none', async () => {
      const late = await say((ward) => (ward.echoAfter = 7_000), 'delivery');
      assert.deepEqual([late.outcome, late.detail], ['warning', 'A change came back, but only after 7 s.']);
      const none = await say((ward) => (ward.echoAfter = null), 'delivery');
      assert.match(none.detail, /none of three changes/);
    });

    it('tells a transaction that stays open from one that ends', async () => {
      const open = (ward: Ward) => {
        ward.echoAfter = null;
        ward.diagnosis = { ...sound, oldestWriter: '7' };
      };
      assert.match((await say(open, 'delivery')).detail, /transaction has been open/);
      const other = (ward: Ward) => {
        open(ward);
        let writer = 7;
        ward.diagnose = async () => ({ ...sound, oldestWriter: String(writer++) });
      };
      assert.match((await say(other, 'delivery')).detail, /none of three changes/);
    });

    it('tries a lock three times, and anything else once', async () => {
      const pings: number[] = [];
      const failing = (problem: Problem) => (ward: Ward) => {
        ward.pingFailure = problem;
        const dispose = ward.dispose;
        ward.dispose = () => {
          pings.push(ward.pings);
          dispose();
        };
      };
      const busy = await say(failing({ reason: 'accountBusy', detail: 'lock' }), 'delivery');
      assert.deepEqual([busy.outcome, pings.at(-1)], ['warning', 3]);
      const refused = await say(failing({ reason: 'server', status: 500, detail: 'no' }), 'delivery');
      assert.deepEqual([refused.outcome, pings.at(-1)], ['failed', 1]);
    });

    it('names the tables that the server refuses, with the SQL', async () => {
      const problem: Problem = { reason: 'notPublished', tables: ['models'], detail: 'x' };
      const found = await say(
        (ward) => (ward.onJoin = (hear) => hear({ type: 'refused', problem })),
        'realtime',
      );
      assert.deepEqual(
        found.findings.map(({ table, remedy }) => [table, remedy?.kind, remedy?.text]),
        [['models', 'sql', 'alter publication supabase_realtime add table public.models;']],
      );
    });

    it('tells a join without an answer from one that is never armed', async () => {
      assert.match(
        (await say((ward) => (ward.onJoin = () => {}), 'realtime')).detail,
        /does not answer the join/,
      );
      const joined = await say((ward) => (ward.onJoin = (hear) => hear({ type: 'joined' })), 'realtime');
      assert.match(joined.detail, /joined, but the server does not say/);
    });
  });
});

function nameOf(error: unknown): string {
  const { cause, message } = error as Error & { cause?: { code?: string; message: string } };
  return cause?.code || cause?.message || message;
}

describe('what a request came to', () => {
  const failure = (code: string, message = '') =>
    new TypeError('fetch failed', { cause: Object.assign(new Error(message), { code }) });
  const kinds: [unknown, Reached['kind']][] = [
    [failure('ENOTFOUND'), 'dns'],
    [failure('EAI_AGAIN'), 'dns'],
    [failure('', 'net::ERR_NAME_NOT_RESOLVED'), 'dns'],
    [failure('ECONNREFUSED'), 'refused'],
    [
      new TypeError('fetch failed', {
        cause: new AggregateError(
          [Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })],
          'two addresses',
        ),
      }),
      'refused',
    ],
    [failure('SELF_SIGNED_CERT_IN_CHAIN'), 'tls'],
    [failure('UNABLE_TO_VERIFY_LEAF_SIGNATURE'), 'tls'],
    [failure('ERR_SSL_WRONG_VERSION_NUMBER'), 'tls'],
    [failure('CERT_HAS_EXPIRED'), 'tls'],
    [failure('ENETUNREACH'), 'noNetwork'],
    [failure('', 'net::ERR_INTERNET_DISCONNECTED'), 'noNetwork'],
    [failure('UND_ERR_CONNECT_TIMEOUT'), 'timeout'],
    [new DOMException('The operation was aborted due to timeout', 'TimeoutError'), 'timeout'],
    [new Error('Opening handshake has timed out'), 'timeout'],
    [failure('', 'Proxy response (407) !== 200 when HTTP Tunneling'), 'proxy'],
    [new Error('Failed to establish a socket connection to proxies: PROXY 10.0.0.1:3128'), 'proxy'],
    [failure('ECONNRESET'), 'cut'],
    [failure('UND_ERR_SOCKET', 'other side closed'), 'cut'],
  ];
  for (const [error, kind] of kinds)
    it(`is told apart: ${kind} of ${nameOf(error)}`, () => {
      assert.equal(readFailure(error, 8_000, 'https://abcd.supabase.co').kind, kind);
    });

  it('is Supabase by its name, or by what its gateways say without a key', () => {
    const answer = (status: number, body: string) => readAnswer(new Response(null, { status }), body).kind;
    assert.equal(answer(200, '{"version":"v2.1","name":"GoTrue"}'), 'reached');
    assert.equal(answer(401, '{"message":"No API key found in request"}'), 'reached');
    assert.equal(answer(401, '<html>api key</html>'), 'page');
    assert.equal(answer(401, '{"message":"Log in first"}'), 'stranger');
    assert.equal(answer(540, '{"message":"Project paused"}'), 'down');
  });
});

describe('a scrubbed text', () => {
  it('holds no secret, known or not, and keeps the rest', () => {
    const scrub = scrubber(['tok-123456', null, 'abc', 'ada@example.com']);
    assert.equal(
      scrub('tok-123456 for ada@example.com, bob@example.org, sb_secret_x1, abc'),
      '<hidden> for <hidden>, <e-mail>, <key>, abc',
    );
    assert.equal(
      scrub('alter table public.models enable trigger t;'),
      'alter table public.models enable trigger t;',
    );
    assert.equal(scrub('a\u202eb\u2066c\u0000d\u001b[1m\r\n\té 🏃'), 'a�b�c�d�[1m\r\n\té 🏃');
  });
});
