import assert from 'node:assert/strict';
import type { RemoteProfile } from '../../../src/extension/accounts/profiles.ts';
import type { StoredSession } from '../../../src/extension/accounts/session.ts';
import { BrowserSignIn } from '../../../src/extension/accounts/signIn/browserSignIn.ts';
import { readAnswer } from '../../../src/extension/accounts/signIn/callback.ts';
import { PendingSignIns } from '../../../src/extension/accounts/signIn/pendingSignIns.ts';
import { AuthClient } from '../../../src/extension/supabase/auth.ts';
import { type Problem, RunglassError } from '../../../src/shared/status.ts';
import { AuthServer } from '../../fakes/authServer/authServer.ts';
import { SharedSecret } from '../../unit/extension/support/doubles.ts';

const publishableKey = 'sb_publishable_test';
const [ada, eve] = ['ada@example.com', 'eve@example.com'];

async function refuses(task: Promise<unknown>, expected: Partial<Problem>): Promise<void> {
  await assert.rejects(task, (error) => {
    assert.ok(error instanceof RunglassError, String(error));
    assert.deepEqual({ ...error.problem, ...expected }, error.problem);
    return true;
  });
}

describe('a sign-in through a browser or by mail', () => {
  let server: AuthServer;
  let secret: SharedSecret;
  let signIn: BrowserSignIn;
  /** What the clock shows more than it should, ms. */
  let later = 0;

  beforeEach(async () => {
    server = await AuthServer.start({
      ...{ backend: null, publishableKey, providers: ['github'], mailPause: 0 },
    });
    for (const email of [ada, eve]) server.accounts.addUser({ email, password: 'a password' });
    secret = new SharedSecret();
    later = 0;
    signIn = begin();
  });

  afterEach(async () => {
    signIn.dispose();
    await server.stop();
  });

  const pending = () =>
    new PendingSignIns({ store: secret.open(), lock: (task) => task(), now: () => Date.now() + later });

  function begin(): BrowserSignIn {
    const profile: RemoteProfile = { kind: 'remote', url: server.url, publishableKey, label: 'fake' };
    return new BrowserSignIn({
      profile,
      auth: new AuthClient(profile),
      pending: pending(),
      callbackAddress: async (state) => `vscode://runglass.runglass/auth/callback?state=${state}`,
    });
  }

  async function follow(address: string): Promise<URL> {
    const response = await fetch(address, { redirect: 'manual' });
    return new URL(response.headers.get('location') ?? assert.fail(await response.text()));
  }

  /** Where a browser ends for which the provider says that it is `who`. */
  async function end(page: string, who: string): Promise<URL> {
    const state = new URL(page).searchParams.get('state') ?? '';
    return follow(`${server.url}/auth/v1/callback?${new URLSearchParams({ state, email: who })}`);
  }

  /** A browser comes back, to any window; false when nobody waits for it. */
  async function comeBack(url: URL): Promise<boolean> {
    const { answer, state } = readAnswer(url.search, url.hash.slice(1)) ?? assert.fail('no answer');
    return pending().answer(state ?? '', answer);
  }

  const heard = () =>
    new Promise<StoredSession>((resolve, reject) => {
      signIn.listen((session) => void session.then(resolve, reject));
    });

  const mailTo = (email: string) =>
    server.accounts.mails.findLast(({ to }) => to === email) ?? assert.fail('no mail');

  it('hears of the browser that comes back, once', async () => {
    const url = await end(await signIn.authorize('github'), ada);
    const session = heard();
    assert.equal(await comeBack(url), true);
    assert.equal((await session).email, ada);
    assert.equal(await comeBack(url), false);
  });

  it('hears of one that came back before it listened', async () => {
    const url = await end(await signIn.authorize('github'), ada);
    assert.equal(await comeBack(url), true);
    // The answer is taken.
    while (secret.value !== null) await new Promise((resolve) => setImmediate(resolve));
    assert.equal((await heard()).email, ada);
  });

  it('has another mail sent, and waits for the link of either', async () => {
    await signIn.mail(ada);
    const before = JSON.parse(secret.value ?? '[]');
    await signIn.mail(ada);
    assert.deepEqual(JSON.parse(secret.value ?? '[]'), before);
    const session = heard();
    assert.equal(await comeBack(await follow(mailTo(ada).link)), true);
    assert.equal((await session).email, ada);
    await signIn.mail(eve);
    assert.notDeepEqual(JSON.parse(secret.value ?? '[]'), before);
  });

  it('hears why there is none, and begins anew when it is opened again', async () => {
    const first = await signIn.authorize('github');
    assert.equal(await signIn.authorize('github'), first, 'the tab that is open goes on being good');
    const session = heard();
    assert.equal(await comeBack(await end(first, '')), true);
    await refuses(session, { reason: 'signInRefused', why: 'denied' });
    const second = await signIn.authorize('github');
    assert.notEqual(second, first);
    const again = heard();
    assert.equal(await comeBack(await end(second, ada)), true);
    assert.equal((await again).email, ada);
  });

  it('begins anew when what was opened is too old for anything to come back to it', async () => {
    const page = await signIn.authorize('github');
    later = 599_000;
    assert.equal(await signIn.authorize('github'), page, 'a browser may still come back');
    later = 601_000;
    const session = heard();
    assert.ok(await comeBack(await end(await signIn.authorize('github'), ada)));
    assert.equal((await session).email, ada);
    await signIn.mail(ada);
    later += 3_600_000;
    await signIn.mail(ada);
    const linked = heard();
    assert.ok(await comeBack(await follow(mailTo(ada).link)));
    assert.equal((await linked).email, ada);
  });

  it('goes on without the form that it was left by, for the window that the browser comes to', async () => {
    const page = await signIn.authorize('github');
    assert.ok(signIn.isWaiting);
    signIn.leave();
    signIn.dispose();
    assert.ok(await comeBack(await end(page, ada)));
    const state = new URL(page).searchParams.get('state') ?? '';
    assert.ok(JSON.parse(secret.value ?? '')[0].answer, `the answer to ${state} waits`);
  });

  it('takes the address that is pasted, or the code in it', async () => {
    const url = await end(await signIn.authorize('github'), ada);
    assert.equal((await signIn.take(url.href))?.email, ada);
    const other = await end(await begin().authorize('github'), ada);
    const { length } = server.requests;
    await refuses(signIn.take(other.href), { reason: 'signInRefused', why: 'stale' });
    assert.equal(server.requests.length, length, 'the server is not even asked');
    const code = other.searchParams.get('code') ?? '';
    await refuses(signIn.take(code), { reason: 'signInRefused', why: 'stale' });
    assert.equal(await signIn.take('https://site.example/#access_token=a.b.c&refresh_token=r'), null);
    assert.equal(await signIn.take('123456'), null, 'no mail was sent');
  });

  it('takes the code of the mail and its link, opened or pasted', async () => {
    await signIn.mail(ada);
    assert.equal((await signIn.take(mailTo(ada).code))?.email, ada);
    await signIn.mail(ada);
    assert.equal((await signIn.take(mailTo(ada).link))?.email, ada);
    await signIn.mail(ada);
    const session = heard();
    assert.equal(await comeBack(await follow(mailTo(ada).link)), true);
    assert.equal((await session).email, ada);
  });

  it('signs nobody in to the account of somebody else, whose link they were given', async () => {
    const attacker = begin();
    await attacker.mail(eve);
    await signIn.mail(ada);
    await refuses(signIn.take(mailTo(eve).link), { reason: 'signInRefused', why: 'otherAccount' });
    assert.equal(server.accounts.sessionCount, 0, 'the session that it made was ended');
    attacker.dispose();
  });

  it('is over when the form is left: what comes back has no effect, and nothing is kept', async () => {
    const url = await end(await signIn.authorize('github'), ada);
    signIn.dispose();
    while (secret.value !== null) await new Promise((resolve) => setImmediate(resolve));
    assert.equal(await comeBack(url), false);
    assert.equal(secret.value, null);
    assert.equal(secret.listenerCount, 0);
  });

  it('puts neither token nor verifier into an address', async () => {
    const page = await signIn.authorize('github');
    const url = await end(page, ada);
    const [kept] = JSON.parse(secret.value ?? '[]') as { verifier: string }[];
    assert.ok(kept);
    for (const address of [page, url.href]) {
      assert.ok(!address.includes(kept.verifier));
      assert.doesNotMatch(address, /token/);
    }
  });
});
