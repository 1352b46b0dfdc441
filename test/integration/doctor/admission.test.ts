import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Admission } from '../../../src/extension/doctor/admission.ts';
import { createProbe } from '../../../src/extension/sync.ts';
import { RunglassError } from '../../../src/shared/status.ts';
import { describeEmbedded, startBackend, type TestBackend } from '../../support/backend.ts';
import { type OwnTables, startOwnTables } from '../../support/ownTables.ts';
import { Front } from './front.ts';

/** What answers may take longer on a busy machine than people wait for it. */
const admission = new Admission(async (endpoint) => createProbe(endpoint, 30_000));
/** For servers that never answer. */
const hurried = new Admission(async (endpoint) => createProbe(endpoint, 2_000));

describe('a backend that somebody adds', function () {
  this.timeout(180_000);
  let backend: TestBackend;
  let front: Front;

  before(async () => {
    backend = await startBackend();
  });
  after(() => backend?.stop());
  beforeEach(async () => {
    front = await Front.start(backend.url);
  });
  afterEach(() => front.stop());

  it('is found sound: its address, its key, all migrations', async () => {
    assert.equal(await admission.checkUrl(backend.url), null);
    assert.equal(await admission.checkKey(backend), null);
    assert.deepEqual(await admission.checkSchema(backend), { kind: 'whole' });
  });

  const html = { 'content-type': 'text/html' };
  const strangers: [string, Parameters<Front['answers']['set']>[1], RegExp][] = [
    [
      'a page of the network',
      { status: 200, body: '<html><title>Hotel</title></html>', headers: html },
      /web page answers.*Hotel.*sign in.*browser/,
    ],
    ['a paused project', { status: 540, body: 'paused', headers: html }, /HTTP 540.*paused/],
    ['another API', { status: 404, body: '{"error":"no"}' }, /Something else than Supabase/],
    ['silence', null, /does not answer within 2 s/],
  ];
  for (const [name, answer, words] of strangers)
    it(`is told from ${name}, and gets no key`, async () => {
      front.answers.set('/', answer);
      const asked = answer === null ? hurried : admission;
      assert.match((await asked.checkUrl(front.url)) ?? '', words);
      assert.ok(front.requests.length > 0);
      assert.ok(front.requests.every(({ headers }) => headers.apikey === undefined));
    });

  it('has a link of nobody in what is said of it', async () => {
    front.answers.set('/', { status: 200, body: '<html><title>[x](command:y)', headers: html });
    assert.doesNotMatch((await admission.checkUrl(front.url)) ?? '', /\]\(/);
  });

  it('is not there: no such name, nobody listening, no TLS', async () => {
    assert.match((await admission.checkUrl('https://runglass-test.invalid')) ?? '', /not known to DNS/);
    const gone = await Front.start(backend.url);
    await gone.stop();
    assert.match((await admission.checkUrl(gone.url)) ?? '', /connection was refused/);
    assert.match(
      (await admission.checkUrl(front.url.replace('http:', 'https:'))) ?? '',
      /No secure connection/,
    );
  });

  it('does not take a wrong key, and says where the right one is', async () => {
    const wrong = await admission.checkKey({ ...backend, publishableKey: 'sb_publishable_wrong' });
    assert.match(wrong ?? '', /does not accept this key.*Copy the publishable/);
    assert.doesNotMatch(wrong ?? '', /Run “Runglass/);
  });

  it('gets neither a secret key nor that of another project', async () => {
    const jwt = (claims: object) => `eyJ.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.x`;
    const { url } = front;
    const secret = await admission.checkKey({ url, publishableKey: jwt({ role: 'service_role' }) });
    assert.match(secret ?? '', /secret key/);
    const hosted = 'https://abcdefghijklmnopqrst.supabase.co';
    const other = await admission.checkKey({
      url: hosted,
      publishableKey: jwt({ role: 'anon', ref: 'zyx' }),
    });
    assert.match(other ?? '', /another project \(zyx\)/);
    assert.deepEqual(front.requests, []);
  });

  it('that fails meanwhile is told as failing, not as lacking anything', async () => {
    front.answers.set('/rest/v1/', { status: 503, body: '{"message":"no connection to the database"}' });
    await assert.rejects(
      admission.checkSchema({ ...backend, url: front.url }),
      (error) => error instanceof RunglassError && error.problem.reason === 'server',
    );
    front.answers.set('/rest/v1/', null);
    await assert.rejects(
      hurried.checkSchema({ ...backend, url: front.url }),
      (error) => error instanceof RunglassError && error.problem.reason === 'timeout',
    );
  });
});

describeEmbedded('the database of a backend that somebody adds', function () {
  this.timeout(180_000);
  let own: OwnTables;

  before(async function () {
    this.timeout(180_000);
    own = await startOwnTables();
  });
  after(() => own?.stop());

  it('says which part is missing', async () => {
    await own.sql('drop function public.timeline_page(timestamptz, text, text, uuid, integer)');
    await own.sql('alter table public.training_runs drop column step_rate cascade');
    assert.deepEqual(await admission.checkSchema(own.ready), {
      kind: 'part',
      missing: ['training_runs', 'timeline_page'],
    });
  });

  it('has nothing of ours any more, which is no wrong key', async () => {
    await own.sql(readFileSync('supabase/remove.sql', 'utf8'));
    assert.equal(await admission.checkKey(own.ready), null);
    assert.deepEqual(await admission.checkSchema(own.ready), { kind: 'none' });
  });
});
