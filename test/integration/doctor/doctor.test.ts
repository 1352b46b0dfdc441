import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import type { ConnectionState } from '../../../src/extension/accounts/types.ts';
import { examine } from '../../../src/extension/doctor/examine.ts';
import { reportText } from '../../../src/extension/doctor/reportText.ts';
import { systemClock } from '../../../src/extension/platform/clock.ts';
import type { Clock, Credentials } from '../../../src/extension/sync/types.ts';
import { AuthClient, createProbe, type Session } from '../../../src/extension/sync.ts';
import type { DoctorCheck, DoctorCheckId, DoctorReport } from '../../../src/shared/doctor.ts';
import { RunglassError } from '../../../src/shared/status.ts';
import { RealtimeServer } from '../../fakes/realtimeServer/realtimeServer.ts';
import { describeEmbedded, startBackend, type TestBackend, type TestUser } from '../../support/backend.ts';
import { type OwnTables, startOwnTables } from '../../support/ownTables.ts';
import { Front } from './front.ts';

/** So long a change is waited for, ms (src/extension/sync/canary.ts). */
const canaryPatience = 5_000;
/** The Doctor sets timers for nothing but limits. */
const clockWith = (limit: (ms: number) => number): Clock => ({
  now: systemClock.now,
  setTimeout: (callback, ms) => systemClock.setTimeout(callback, limit(ms)),
});
/** On a busy machine everything takes longer. */
const patientClock = clockWith((ms) => 3 * ms);
/** For changes that are waited for in vain. */
const hurriedClock = clockWith((ms) => (ms === canaryPatience ? ms / 2.5 : 3 * ms));

interface Who {
  readonly url: string;
  readonly publishableKey: string;
  /** Null for nobody. */
  readonly session: Session | null;
  readonly get?: () => Promise<Credentials | null>;
  readonly clock?: Clock;
  /** How long an answer may take, ms; less than usual where none is to come. */
  readonly patience?: number;
}

/** The shipped Doctor on whatever answers at `url`. */
async function consult(who: Who, tell: (report: DoctorReport) => void = () => {}): Promise<DoctorReport> {
  const { url, publishableKey, session } = who;
  const profile = { kind: 'remote', url, publishableKey, label: 'test' } as const;
  const state: ConnectionState = session
    ? { kind: 'ready', profile, account: session }
    : { kind: 'signedOut', profile, problem: null };
  return await examine({
    connection: {
      state,
      endpoint: profile,
      session: { account: session, get: who.get ?? (async () => session) },
    },
    createProbe: async (endpoint) => createProbe(endpoint, who.patience ?? 30_000),
    clock: who.clock ?? patientClock,
    random: Math.random,
    signal: new AbortController().signal,
    tell,
  });
}

function check(report: DoctorReport, id: DoctorCheckId): DoctorCheck {
  const found = report.checks.find((one) => one.id === id);
  assert.ok(found);
  return found;
}

/** `id:outcome` of every check that is not as it should be. */
const wrong = ({ checks }: DoctorReport) =>
  checks.filter(({ outcome }) => outcome !== 'ok').map(({ id, outcome }) => `${id}:${outcome}`);
/** All checks that come to nothing when `id` fails. */
const allSkippedBut =
  (...kept: readonly string[]) =>
  (line: string) =>
    line.endsWith(':skipped') || kept.includes(line);

describe('the Doctor', function () {
  this.timeout(180_000);
  let backend: TestBackend;
  let user: TestUser;
  let session: Session;
  let front: Front;

  const me = (): Who => ({ url: front.url, publishableKey: backend.publishableKey, session });

  before(async function () {
    this.timeout(180_000);
    backend = await startBackend();
    user = await backend.newUser();
    session = await new AuthClient(backend).signInWithPassword(user.email, user.password);
  });
  after(() => backend?.stop());
  beforeEach(async () => {
    front = await Front.start(backend.url);
  });
  afterEach(() => front.stop());

  it('finds a sound backend sound, writes the canary only, and measures its round trip', async () => {
    const before = await backend.admin.from('projects').select('id', { count: 'exact' });
    const told: DoctorReport[] = [];
    const report = await consult({ ...backend, session }, (one) => told.push(one));
    assert.deepEqual(wrong(report), [], JSON.stringify(report.checks, null, 1));
    assert.match(check(report, 'delivery').detail, /^A change came back [\d,]+ ms after/);
    assert.equal(report.schemaVersion, 2);
    assert.match(report.postgres ?? '', /^\d+/);
    assert.ok(told.length >= 2 * report.checks.length, 'every beginning and end is told');
    assert.deepEqual(
      told[0]?.checks.map(({ outcome }) => outcome),
      ['running', ...Array.from({ length: report.checks.length - 1 }, () => 'waiting')],
    );
    const after = await backend.admin.from('projects').select('id', { count: 'exact' });
    assert.equal(after.count, before.count);
    const { data } = await backend.admin.from('sync_canaries').select('sync_seq').eq('user_id', user.id);
    assert.equal(data?.length, 1);
  });

  it('looks at URL, key, clock and WebSocket while nobody is signed in', async () => {
    const report = await consult({ ...backend, session: null });
    assert.match(check(report, 'session').detail, /Nobody is signed in/);
    for (const id of ['url', 'key', 'clock', 'realtime'] as const)
      assert.equal(check(report, id).outcome, 'ok', id);
    assert.ok(wrong(report).every(allSkippedBut('session:failed')), wrong(report).join());
    assert.match(check(report, 'tables').detail, /“Session” has to be right first/);
  });

  describe('of an address', () => {
    const html = { 'content-type': 'text/html' };
    const page = '<!doctype html><html><head><title>Welcome to the hotel</title></head></html>';
    const answers: [string, { status: number; body: string; headers?: Record<string, string> }, RegExp][] = [
      ['a page', { status: 200, body: page, headers: html }, /web page.*HTTP 200 Welcome to the hotel/],
      ['a page that refuses', { status: 511, body: page, headers: html }, /does not \(HTTP 511\)/],
      [
        'a redirect',
        { status: 302, body: '', headers: { location: 'https://login.example/x?y' } },
        /leads elsewhere, to login\.example \(HTTP 302\)/,
      ],
      ['another API', { status: 404, body: '{"error":"not found"}' }, /Something else than Supabase answers/],
      ['another API that is well', { status: 200, body: '{"status":"ok"}' }, /Something else than Supabase/],
      [
        'a gateway alone',
        { status: 502, body: 'Bad Gateway', headers: html },
        /gateway answers, the project/,
      ],
    ];
    for (const [name, answer, words] of answers)
      it(`tells ${name} from Supabase, and sends it no key`, async () => {
        front.answers.set('/', answer);
        const report = await consult(me());
        assert.match(check(report, 'url').detail, words);
        assert.ok(check(report, 'url').findings[0]?.remedy?.text);
        assert.ok(wrong(report).every(allSkippedBut('url:failed')), wrong(report).join());
        assert.doesNotMatch(JSON.stringify(front.requests), new RegExp(backend.publishableKey));
      });

    it('tells an unknown name, a closed port, a wrong scheme and nonsense apart', async () => {
      const said = async (url: string) => check(await consult({ ...me(), url }), 'url').detail;
      assert.match(await said('https://runglass-test.invalid'), /runglass-test\.invalid is not known to DNS/);
      assert.match(await said(`http://127.0.0.1:${await closedPort()}`), /connection was refused/);
      assert.match(await said(front.url.replace('http:', 'https:')), /No secure connection/);
      assert.match(await said('ftp://nowhere'), /no http or https address/);
    });

    it('says that no answer comes in time', async () => {
      front.answers.set('/', null);
      const report = await consult({ ...me(), patience: 1_000 });
      assert.match(check(report, 'url').detail, /does not answer within 1 s/);
    });
  });

  describe('of a key', () => {
    it('says that a wrong one is not accepted', async () => {
      const report = await consult({ ...me(), publishableKey: 'sb_publishable_wrong' });
      assert.match(check(report, 'key').detail, /does not accept this key.*HTTP 401/);
      assert.ok(wrong(report).every(allSkippedBut('key:failed')), wrong(report).join());
    });

    it('sends a secret one nowhere', async () => {
      for (const key of [backend.secretKey, legacyKey({ role: 'service_role' })]) {
        const report = await consult({ ...me(), publishableKey: key });
        assert.match(check(report, 'key').detail, /secret key/);
        assert.doesNotMatch(JSON.stringify([front.requests, report]), new RegExp(key));
      }
    });

    it('says that there is none', async () => {
      assert.match(check(await consult({ ...me(), publishableKey: '' }), 'key').detail, /no key/);
    });
  });

  describe('of a session', () => {
    it('says that the server refuses it', async () => {
      const forged = { ...session, accessToken: `${session.accessToken.slice(0, -8)}AAAAAAAA` };
      const report = await consult({ ...me(), session: forged });
      assert.match(check(report, 'session').detail, /refuses the session.*HTTP 40[13]/);
      assert.ok(check(report, 'session').findings[0]?.remedy);
      assert.equal(check(report, 'realtime').outcome, 'failed');
    });

    it('says that it could not be renewed', async () => {
      const get = () =>
        Promise.reject(new RunglassError({ reason: 'sessionExpired', detail: 'Refresh token not found' }));
      const report = await consult({ ...me(), get });
      assert.match(check(report, 'session').detail, /session has ended.*Refresh token not found/);
      assert.ok(wrong(report).every(allSkippedBut('session:failed')), wrong(report).join());
    });
  });

  describe('of a clock', () => {
    it('says how far it is off, by the database’s clock', async () => {
      const diagnosis = await (await user.client.rpc('sync_doctor')).data;
      const now = new Date(Date.now() + 120_000).toISOString();
      front.answers.set('/rest/v1/rpc/sync_doctor', {
        status: 200,
        body: JSON.stringify({ ...diagnosis, now }),
      });
      const report = await consult(me());
      assert.equal(check(report, 'clock').outcome, 'warning');
      const [, behind] = /(\d+) s behind that of the server/.exec(check(report, 'clock').detail) ?? [];
      // Less by as long as it took to be asked.
      assert.ok(Number(behind) > 60 && Number(behind) <= 121, behind);
      assert.deepEqual(wrong(report), ['clock:warning']);
    });

    it('says that the token has expired by it', async () => {
      const diagnosis = await (await user.client.rpc('sync_doctor')).data;
      const now = new Date(Date.now() + 86_400_000 * 30).toISOString();
      front.answers.set('/rest/v1/rpc/sync_doctor', {
        status: 200,
        body: JSON.stringify({ ...diagnosis, now }),
      });
      assert.match(check(await consult(me()), 'clock').detail, /token has expired/);
    });
  });

  describe('of Realtime', () => {
    let realtime: RealtimeServer;
    before(async () => {
      realtime = await RealtimeServer.start({ userId: user.id, refusedJoinDelay: 0, refusedSocketDelay: 0 });
    });
    after(() => realtime.stop());
    afterEach(() => realtime.heal());

    it('says that a proxy refuses the WebSocket', async () => {
      front.upgrade = { status: 403, body: '<html>Blocked</html>' };
      const report = await consult(me());
      assert.match(check(report, 'realtime').detail, /WebSocket was refused \(HTTP 403\)/);
      assert.match(check(report, 'realtime').findings[0]?.remedy?.text ?? '', /proxy/);
      assert.deepEqual(wrong(report), ['realtime:failed', 'delivery:skipped']);
    });

    it('says that no WebSocket opens', async () => {
      front.upgrade = null;
      const report = await consult({ ...me(), patience: 5_000 });
      assert.match(check(report, 'realtime').detail, /does not open within 5 s/);
    });

    it('says that the channel is joined and nothing comes', async () => {
      front.upgrade = realtime.url;
      realtime.script({ deaf: true });
      const report = await consult({ ...me(), clock: hurriedClock });
      assert.equal(check(report, 'realtime').outcome, 'ok');
      assert.match(check(report, 'delivery').detail, /nothing comes: none of three changes/);
      assert.deepEqual(wrong(report), ['delivery:failed']);
    });

    it('names the transaction that the stream waits for', async () => {
      front.upgrade = realtime.url;
      realtime.script({ deaf: true });
      const diagnosis = await (await user.client.rpc('sync_doctor')).data;
      const body = JSON.stringify({ ...diagnosis, oldest_writer: '741' });
      front.answers.set('/rest/v1/rpc/sync_doctor', { status: 200, body });
      const delivery = check(await consult({ ...me(), clock: hurriedClock }), 'delivery');
      assert.match(delivery.detail, /a transaction has been open in the database all the time/);
      assert.match(delivery.findings[0]?.remedy?.text ?? '', /pg_stat_activity/);
    });

    it('tells a ping that is not answered from a change that does not come', async () => {
      front.answers.set('/rest/v1/rpc/sync_ping', null);
      const delivery = check(await consult({ ...me(), clock: hurriedClock }), 'delivery');
      assert.match(delivery.detail, /No test change could be written: The backend does not answer in time/);
    });

    it('tells a lock on the account from a dead stream', async () => {
      const body = JSON.stringify({ code: '55P03', message: 'canceling statement due to lock timeout' });
      front.answers.set('/rest/v1/rpc/sync_ping', { status: 400, body });
      const delivery = check(await consult({ ...me(), clock: hurriedClock }), 'delivery');
      assert.equal(delivery.outcome, 'warning');
      assert.match(delivery.detail, /Another transaction of this account is open/);
    });
  });

  it('puts no key, token, password, e-mail or id into a report, whatever the server says', async () => {
    const secrets = [
      backend.publishableKey,
      session.accessToken,
      session.refreshToken,
      user.email,
      user.password,
      user.id,
    ];
    const message = `${secrets.join(' and ')} are not welcome`;
    for (const path of [
      '/auth/v1/settings',
      '/auth/v1/user',
      '/rest/v1/rpc/sync_doctor',
      '/rest/v1/models',
    ]) {
      front.answers.clear();
      front.answers.set(path, { status: 400, body: JSON.stringify({ code: 'XX000', message }) });
      const report = await consult(me());
      assert.notDeepEqual(wrong(report), [], path);
      const text = reportText(report, { versions: ['Runglass 0'], sync: null });
      for (const secret of [backend.publishableKey, session.accessToken, user.email, user.id])
        assert.ok(!text.includes(secret) && !JSON.stringify(report).includes(secret), `${path}: ${secret}`);
    }
  });
});

describeEmbedded('the Doctor of a broken embedded backend', function () {
  this.timeout(180_000);
  let own: OwnTables;
  let session: Session;

  before(async function () {
    this.timeout(180_000);
    own = await startOwnTables();
    const { user } = own.ready;
    session = await new AuthClient(own.ready).signInWithPassword(user.email, user.password);
  });
  after(() => own?.stop());

  const breakages: [string, DoctorCheckId, string | null, RegExp][] = [
    [
      'alter publication supabase_realtime drop table models',
      'publication',
      'models',
      /not in the publication/,
    ],
    [
      'drop publication supabase_realtime',
      'publication',
      null,
      /publication supabase_realtime does not exist/,
    ],
    ['alter table projects replica identity full', 'replicaIdentity', 'projects', /replica identity/],
    [
      'alter table usage_tracking disable row level security',
      'rowSecurity',
      'usage_tracking',
      /security is off/,
    ],
    ['drop policy "runglass read own" on models', 'rowSecurity', 'models', /policy “runglass read own”/],
    [
      'alter table projects disable trigger zz_runglass_30_stamp',
      'triggers',
      'projects',
      /zz_runglass_30_stamp is switched off/,
    ],
    ['alter table projects drop column color', 'tables', 'projects', /column color is missing/],
    ['revoke select on models from authenticated', 'tables', 'models', /may not read the table/],
    [
      'drop function public.run_metrics(uuid, integer, bigint)',
      'migrations',
      null,
      /run_metrics.* is missing/,
    ],
  ];
  for (const [statement, id, table, words] of breakages)
    it(`names what is wrong after “${statement}”, and its SQL mends it`, async () => {
      await own.sql(statement);
      const report = await consult({ ...own.ready, session });
      const found = check(report, id);
      assert.equal(found.outcome, 'failed', JSON.stringify(report.checks, null, 1));
      assert.equal(found.findings[0]?.table, table);
      assert.match(found.findings[0]?.detail ?? '', words);
      for (const { remedy } of report.checks.flatMap(({ findings }) => findings)) {
        if (remedy?.kind === 'sql') await own.sql(remedy.text);
      }
      assert.deepEqual(wrong(await consult({ ...own.ready, session })), []);
    });

  it('says that the migrations are older than the extension, and newer', async () => {
    for (const [version, outcome, words] of [
      [0, 'failed', /version 0 of the migrations, this extension needs 2/],
      [7, 'warning', /version 7 of the migrations, this extension knows 2/],
    ] as const) {
      await own.sql(`update runglass_private.installation set version = ${version}`);
      const { migrations } = Object.fromEntries(
        (await consult({ ...own.ready, session })).checks.map((one) => [one.id, one]),
      ) as Record<DoctorCheckId, DoctorCheck>;
      assert.equal(migrations.outcome, outcome);
      assert.match(migrations.detail, words);
    }
    await own.sql('update runglass_private.installation set version = 2');
  });

  it('says what sync_doctor itself may not do', async () => {
    await own.sql('revoke select on runglass_private.sync_head from authenticated');
    const migrations = check(await consult({ ...own.ready, session }), 'migrations');
    await own.sql('grant select on runglass_private.sync_head to authenticated');
    assert.match(migrations.detail, /permission denied for table sync_head/);
    assert.match(migrations.findings[0]?.remedy?.text ?? '', /supabase\/migrations/);
  });

  it('does not send somebody to the migrations because sync_doctor is refused for another reason', async () => {
    const front = await Front.start(own.ready.url);
    front.answers.set('/rest/v1/rpc/sync_doctor', { status: 429, body: '{"message":"slow down"}' });
    const migrations = check(await consult({ ...own.ready, url: front.url, session }), 'migrations');
    await front.stop();
    assert.equal(migrations.detail, 'The function sync_doctor fails: slow down (HTTP 429)');
    assert.deepEqual(migrations.findings, []);
  });

  it('says that there is no sync_doctor, and what cannot be seen without it', async () => {
    await own.sql('alter function public.sync_doctor() rename to sync_doctor_away');
    const report = await consult({ ...own.ready, session });
    await own.sql('alter function public.sync_doctor_away() rename to sync_doctor');
    assert.match(check(report, 'migrations').detail, /sync_doctor is missing/);
    assert.match(check(report, 'migrations').findings[0]?.remedy?.text ?? '', /supabase\/migrations/);
    for (const id of ['publication', 'triggers', 'numbers'] as const)
      assert.equal(check(report, id).outcome, 'skipped');
    for (const id of ['tables', 'realtime', 'delivery'] as const)
      assert.equal(check(report, id).outcome, 'ok');
  });
});

function legacyKey(claims: Readonly<Record<string, string>>): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}.signature`;
}

async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address ? address.port : 1;
}
