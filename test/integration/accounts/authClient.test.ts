import assert from 'node:assert/strict';
import { readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { readAnswer, readPasted } from '../../../src/extension/accounts/signIn/callback.ts';
import { challengeOf } from '../../../src/extension/accounts/signIn/pkce.ts';
import { createSecret } from '../../../src/extension/platform/randomSecret.ts';
import { AuthClient } from '../../../src/extension/supabase/auth.ts';
import { type Problem, RunglassError } from '../../../src/shared/status.ts';
import { AuthServer } from '../../fakes/authServer/authServer.ts';
import { describeEmbedded, spawnBackend, stopProcess, temporaryFolder } from '../../support/backend.ts';

const publishableKey = 'sb_publishable_test';
const email = 'ada@example.com';
const callback = 'vscode://runglass.runglass/auth/callback?state=our-state&windowId=1';

/** Rejects with a problem of which this is a part. */
async function refuses(task: Promise<unknown>, expected: Partial<Problem>): Promise<void> {
  await assert.rejects(task, (error) => {
    assert.ok(error instanceof RunglassError, String(error));
    assert.deepEqual({ ...error.problem, ...expected }, error.problem);
    return true;
  });
}

describe('the client of Auth', () => {
  let server: AuthServer;
  let client: AuthClient;

  async function start(options: Partial<Parameters<typeof AuthServer.start>[0]> = {}): Promise<void> {
    server = await AuthServer.start({ backend: null, publishableKey, mailPause: 0, ...options });
    server.accounts.addUser({ email, password: 'a password' });
    client = new AuthClient({ url: server.url, publishableKey });
  }

  afterEach(() => server.stop());

  const mail = () => server.accounts.mails.at(-1) ?? assert.fail('no mail');

  /** Opens an address as a browser does, without going where it leads. */
  async function follow(address: string): Promise<URL> {
    const response = await fetch(address, { redirect: 'manual' });
    return new URL(response.headers.get('location') ?? assert.fail(await response.text()));
  }

  /** Lets the provider say that it is `who`, and returns where the browser ends. */
  async function consent(verifier: string, who: string, redirectTo = callback): Promise<URL> {
    const page = new URL(await client.authorize('github', { redirectTo, challenge: challengeOf(verifier) }));
    const query = new URLSearchParams({ state: page.searchParams.get('state') ?? '', email: who });
    return follow(`${server.url}/auth/v1/callback?${query}`);
  }

  const answerIn = (url: URL) =>
    readAnswer(url.search, url.hash.slice(1))?.answer ?? assert.fail(`nothing in ${url}`);

  it('knows what a server offers, and takes one that does not say for one with e-mail', async () => {
    await start({ providers: ['github', 'keycloak'] });
    assert.deepEqual(await client.ways(), { email: true, providers: ['github', 'keycloak'] });
    server.emailEnabled = false;
    assert.deepEqual(await client.ways(), { email: false, providers: ['github', 'keycloak'] });
    const other = new AuthClient({ url: server.url, publishableKey: 'sb_publishable_wrong' });
    assert.deepEqual(await other.ways(), { email: true, providers: [] });
  });

  it('signs in with a password, and says what is wrong with one', async () => {
    await start();
    assert.equal((await client.signInWithPassword(email, 'a password')).email, email);
    await refuses(client.signInWithPassword(email, 'wrong'), { reason: 'badCredentials' });
    const user = server.accounts.find(email) ?? assert.fail();
    user.confirmed = false;
    await refuses(client.signInWithPassword(email, 'a password'), { reason: 'badCredentials' });
    user.banned = true;
    await refuses(client.signInWithPassword(email, 'a password'), { reason: 'signInRefused', why: 'banned' });
    user.banned = false;
    server.captcha = true;
    await refuses(client.signInWithPassword(email, 'a password'), {
      reason: 'signInRefused',
      why: 'captcha',
    });
    server.captcha = false;
    server.emailEnabled = false;
    await refuses(client.signInWithPassword(email, 'a password'), {
      reason: 'signInRefused',
      why: 'wayDisabled',
    });
  });

  it('signs in with the code of a mail, once', async () => {
    await start();
    const challenge = challengeOf(createSecret());
    await client.sendCode(email, { redirectTo: callback, challenge });
    const { code } = mail();
    await refuses(client.verifyCode(email, '000000'), { reason: 'signInRefused', why: 'wrongCode' });
    assert.equal((await client.verifyCode(email, code)).email, email);
    await refuses(client.verifyCode(email, code), { reason: 'signInRefused', why: 'wrongCode' });
  });

  it('makes no account, and says so', async () => {
    await start();
    const challenge = { redirectTo: callback, challenge: challengeOf(createSecret()) };
    await refuses(client.sendCode('nobody@example.com', challenge), {
      reason: 'signInRefused',
      why: 'noAccount',
    });
    assert.equal(server.accounts.find('nobody@example.com'), null);
  });

  it('says for how many seconds no other mail is sent', async () => {
    await start({ mailPause: 60 });
    const challenge = { redirectTo: callback, challenge: challengeOf(createSecret()) };
    await client.sendCode(email, challenge);
    await assert.rejects(client.sendCode(email, challenge), (error) => {
      assert.ok(error instanceof RunglassError && error.problem.reason === 'tooMany');
      const { seconds } = error.problem;
      assert.ok(seconds !== null && seconds > 50 && seconds <= 60, String(seconds));
      return true;
    });
  });

  it('signs in with the link of a mail: opened in a browser, or pasted', async () => {
    await start();
    const verifier = createSecret();
    const challenge = { redirectTo: callback, challenge: challengeOf(verifier) };
    await client.sendCode(email, challenge);
    const end = await follow(mail().link);
    assert.equal(end.searchParams.get('state'), 'our-state');
    assert.equal((await client.redeem(answerIn(end), verifier)).email, email);
    await client.sendCode(email, challenge);
    const pasted = readPasted(mail().link);
    assert.ok(pasted?.kind === 'link');
    assert.equal((await client.verifyLink(pasted.type, pasted.tokenHash)).email, email);
    const used = answerIn(await follow(mail().link));
    await refuses(client.redeem(used, verifier), { reason: 'signInRefused', why: 'wrongCode' });
  });

  it('signs in with a provider, and redeems a code with its own verifier only, once', async () => {
    await start({ providers: ['github'] });
    const verifier = createSecret();
    const answer = answerIn(await consent(verifier, email));
    await refuses(client.redeem(answer, createSecret()), { reason: 'signInRefused', why: 'stale' });
    assert.equal((await client.redeem(answer, verifier)).email, email);
    await refuses(client.redeem(answer, verifier), { reason: 'signInRefused', why: 'stale' });
  });

  it('says that a provider is off, and goes to nothing but a page', async () => {
    await start({ providers: ['github'] });
    const challenge = { redirectTo: callback, challenge: challengeOf(createSecret()) };
    await refuses(client.authorize('google', challenge), { reason: 'signInRefused', why: 'wayDisabled' });
    server.providerPage = 'vscode://some.extension/do-something';
    await refuses(client.authorize('github', challenge), { reason: 'server' });
    const nobody = new AuthClient({ url: 'http://127.0.0.1:9', publishableKey });
    await refuses(nobody.authorize('github', challenge), { reason: 'unreachable' });
  });

  it('keeps the parameters of an address that is one itself', async () => {
    await start({ providers: ['github'] });
    const web = `${server.url}/callback?vscode-reqid=1&vscode-query=state%3Dour-state&vscode-path=%2Fauth`;
    const end = await consent(createSecret(), email, web);
    assert.equal(end.searchParams.get('vscode-query'), 'state=our-state');
    assert.equal(end.searchParams.get('vscode-path'), '/auth');
    assert.ok(end.searchParams.get('code'));
  });

  it('says why a browser came back without a code', async () => {
    await start({ providers: ['github'] });
    const verifier = createSecret();
    const denied = await consent(verifier, '');
    assert.equal(denied.searchParams.get('state'), 'our-state');
    await refuses(client.redeem(answerIn(denied), verifier), { reason: 'signInRefused', why: 'denied' });
    const user = server.accounts.find(email) ?? assert.fail();
    user.banned = true;
    const banned = answerIn(await consent(verifier, email));
    await refuses(client.redeem(banned, verifier), { reason: 'signInRefused', why: 'banned' });
  });

  it('is led to the site instead of an address that is not allowed', async () => {
    await start({ providers: ['github'], redirects: [] });
    const end = await consent(createSecret(), email);
    assert.equal(end.origin, server.url);
    assert.ok(end.searchParams.get('code'), 'the code is in the address that can be pasted');
  });

  it('sees that a session was ended, a user banned or deleted, or that all is well', async () => {
    await start();
    const session = await client.signInWithPassword(email, 'a password');
    await client.check(session.accessToken);
    const user = server.accounts.find(email) ?? assert.fail();
    user.banned = true;
    await refuses(client.check(session.accessToken), { reason: 'sessionExpired' });
    await refuses(client.refresh(session.refreshToken), { reason: 'sessionExpired' });
    user.banned = false;
    await client.check(session.accessToken);
    server.accounts.endSessions(email);
    await refuses(client.check(session.accessToken), { reason: 'sessionExpired' });
    await refuses(client.refresh(session.refreshToken), { reason: 'sessionExpired' });
    const again = await client.signInWithPassword(email, 'a password');
    server.accounts.deleteUser(email);
    await refuses(client.check(again.accessToken), { reason: 'sessionExpired' });
    const stranger = new AuthClient({ url: server.url, publishableKey: 'sb_publishable_wrong' });
    await refuses(stranger.check(again.accessToken), { reason: 'badKey' });
  });

  it('ends its own session alone, and is told when a refresh token is used twice', async () => {
    await start();
    const [one, other] = [
      await client.signInWithPassword(email, 'a password'),
      await client.signInWithPassword(email, 'a password'),
    ];
    await client.signOut(one.accessToken);
    await client.check(other.accessToken);
    const renewed = await client.refresh(other.refreshToken);
    await refuses(client.refresh(other.refreshToken), { reason: 'sessionExpired' });
    await refuses(client.check(renewed.accessToken), { reason: 'sessionExpired' });
  });
});

describeEmbedded('the client of Auth on Supabase Lite', () => {
  it('signs in with the code of a mail, and with its link', async function () {
    this.timeout(120_000);
    const { child, ready, folder } = await spawnBackend(temporaryFolder());
    try {
      const client = new AuthClient(ready);
      const mailed = async () => {
        await client.sendCode(ready.user.email, {
          redirectTo: callback,
          challenge: challengeOf(createSecret()),
        });
        const log = readFileSync(path.join(folder, 'backend.log'), 'utf8');
        const [, code = '', link = ''] =
          [...log.matchAll(/login code is: (\d+)\s+Or follow this link: (\S+)/g)].at(-1) ?? [];
        return { code, link };
      };
      const first = await mailed();
      assert.equal((await client.verifyCode(ready.user.email, first.code)).email, ready.user.email);
      const pasted = readPasted((await mailed()).link);
      assert.ok(pasted?.kind === 'link');
      const session = await client.verifyLink(pasted.type, pasted.tokenHash);
      await client.check(session.accessToken);
      await client.signOut(session.accessToken);
      await refuses(client.check(session.accessToken), { reason: 'sessionExpired' });
      assert.deepEqual(await client.ways(), { email: true, providers: [] });
    } finally {
      await stopProcess(child);
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe('the client of Auth, on a connection that is reset', () => {
  const [token, user] = ['a.b.c', { id: 'ada', email }];
  let server: Server;
  let client: AuthClient;
  /** How many of the next requests are not answered; their connections are reset. */
  let resets: number;
  /** Whether connections are reset in the middle of the answer. */
  let breaks: boolean;
  let asked: string[];

  beforeEach(async () => {
    resets = 0;
    breaks = false;
    asked = [];
    server = createServer((request, response) => {
      asked.push(request.url ?? '');
      const reset = () => void request.socket.resetAndDestroy();
      if (breaks) return void response.writeHead(400, { 'content-length': 100 }).write('{', reset);
      if (resets-- > 0) return reset();
      const provider = request.url?.includes('/authorize');
      if (provider) response.writeHead(302, { location: 'https://provider.example/' });
      else response.setHeader('content-type', 'application/json');
      const session = { access_token: token, refresh_token: 'r', expires_in: 3600, user };
      response.end(JSON.stringify({ ...session, external: { email: true, github: true } }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    client = new AuthClient({ url: `http://127.0.0.1:${port}`, publishableKey });
    // Leaves a connection that the next request is sent on.
    await client.check(token);
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const redirect = { redirectTo: callback, challenge: 'c' };
  const repeated: readonly (readonly [string, () => Promise<unknown>])[] = [
    ['a password', () => client.signInWithPassword(email, 'a password')],
    ['the ways to sign in', async () => assert.equal((await client.ways()).providers.length, 1)],
    ['a provider', () => client.authorize('github', redirect)],
    ['a session', () => client.check(token)],
  ];
  for (const [what, ask] of repeated)
    it(`asks once more for ${what}`, async () => {
      resets = 1;
      await ask();
      assert.equal(asked.length, 3);
    });

  it('says so in the same way when an answer ends in the middle', async () => {
    breaks = true;
    await refuses(client.authorize('github', redirect), { reason: 'unreachable' });
    await refuses(client.check(token), { reason: 'unreachable' });
    assert.equal(asked.length, 5);
  });

  it('asks no third time, and never twice for what one request uses up', async () => {
    resets = 2;
    await refuses(client.signInWithPassword(email, 'a password'), { reason: 'unreachable' });
    assert.equal(asked.length, 3);
    for (const ask of [
      () => client.refresh('r'),
      () => client.verifyCode(email, '123456'),
      () => client.sendCode(email, redirect),
    ]) {
      [resets, asked] = [1, []];
      await refuses(ask(), { reason: 'unreachable' });
      assert.equal(asked.length, 1);
    }
  });
});
