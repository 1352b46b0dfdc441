import assert from 'node:assert/strict';
import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { AuthServer } from '../../fakes/authServer/authServer.ts';
import {
  type BackendProcess,
  describeEmbedded,
  spawnBackend,
  stopProcess,
  temporaryFolder,
} from '../../support/backend.ts';

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

const challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';

/** What depends on the moment, on ids and on what a server is set up for. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shapeOf);
  if (value === null || typeof value !== 'object') return typeof value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([name, part]) => [name, shapeOf(part)]),
  );
}

/** The fake may leave out what we do not read, and must say nothing that the other does not. */
function assertPartOf(part: unknown, whole: unknown, at: string): void {
  if (part === null || typeof part !== 'object') {
    assert.equal(part, whole, at);
    return;
  }
  assert.ok(whole !== null && typeof whole === 'object', at);
  for (const [name, value] of Object.entries(part))
    assertPartOf(value, (whole as Record<string, unknown>)[name], `${at}.${name}`);
}

describeEmbedded('the fake of Auth and Supabase Lite, asked the same', () => {
  let backend: BackendProcess;
  let fake: AuthServer;
  let servers: { readonly fake: string; readonly lite: string };

  before(async function () {
    this.timeout(120_000);
    backend = await spawnBackend(temporaryFolder());
    const { publishableKey, user } = backend.ready;
    fake = await AuthServer.start({ backend: null, publishableKey, mailPause: 0 });
    fake.accounts.addUser(user);
    servers = { fake: fake.url, lite: backend.ready.url };
  });

  after(async () => {
    await fake?.stop();
    if (!backend) return;
    await stopProcess(backend.child);
    rmSync(backend.folder, { recursive: true, force: true });
  });

  async function ask(server: 'fake' | 'lite', method: string, route: string, body?: unknown, token?: string) {
    const { publishableKey } = backend.ready;
    const response = await fetch(`${servers[server]}/auth/v1${route}`, {
      method,
      redirect: 'manual',
      headers: {
        apikey: publishableKey,
        'content-type': 'application/json',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      body: body === undefined ? null : JSON.stringify(body),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? null : (JSON.parse(text) as unknown) };
  }

  async function both(method: string, route: string, body?: unknown): Promise<readonly [Answer, Answer]> {
    return [await ask('fake', method, route, body), await ask('lite', method, route, body)];
  }

  async function signIn(server: 'fake' | 'lite') {
    const { body } = await ask(server, 'POST', '/token?grant_type=password', backend.ready.user);
    return body as { readonly access_token: string; readonly refresh_token: string };
  }

  const refused: readonly (readonly [string, string, string, unknown])[] = [
    [
      'a wrong password',
      'POST',
      '/token?grant_type=password',
      { email: 'demo@runglass.local', password: 'x' },
    ],
    ['an unknown account', 'POST', '/token?grant_type=password', { email: 'x@x.test', password: 'x' }],
    ['a mail to nobody', 'POST', '/otp', { email: 'nobody@x.test', create_user: false }],
    ['a wrong link', 'POST', '/verify', { type: 'magiclink', token_hash: '00' }],
    ['an unknown kind of code', 'POST', '/verify', { type: 'nonsense', email: 'a@x.test', token: '000000' }],
    ['a code that nobody gave', 'POST', '/token?grant_type=pkce', { auth_code: 'x', code_verifier: 'y' }],
    [
      'a provider that is off',
      'GET',
      `/authorize?provider=github&code_challenge=${challenge}&code_challenge_method=s256`,
      undefined,
    ],
    ['nobody', 'GET', '/user', undefined],
  ];
  for (const [what, method, route, body] of refused)
    it(`refuse ${what} in the same words`, async () => {
      const [ours, lite] = await both(method, route, body);
      assert.deepEqual(ours, lite);
    });

  it('refuse a wrong code alike; Lite has the words of a link for it', async () => {
    const wrong = { type: 'magiclink', email: backend.ready.user.email, token: '000000' };
    const [ours, lite] = await both('POST', '/verify', wrong);
    const named = ({ status, body }: Answer) => [status, (body as { error_code: string }).error_code];
    assert.deepEqual(named(ours), named(lite));
  });

  it('refuse a token that they did not make', async () => {
    const answers = await Promise.all(
      (['fake', 'lite'] as const).map((server) =>
        ask(server, 'GET', '/user', undefined, 'eyJhbGciOiJIUzI1NiJ9.e30.x'),
      ),
    );
    for (const { status, body } of answers) {
      assert.equal(status, 403);
      assert.equal((body as { error_code: string }).error_code, 'bad_jwt');
    }
  });

  it('give a session of the same shape, renew it, and say whose it is', async () => {
    const [ours, lite] = await both('POST', '/token?grant_type=password', backend.ready.user);
    assert.deepEqual([ours.status, lite.status], [200, 200]);
    assertPartOf(shapeOf(ours.body), shapeOf(lite.body), 'session');
    for (const server of ['fake', 'lite'] as const) {
      const session = await signIn(server);
      const renewed = await ask(server, 'POST', '/token?grant_type=refresh_token', {
        refresh_token: session.refresh_token,
      });
      assert.equal(renewed.status, 200);
      const who = await ask(server, 'GET', '/user', undefined, session.access_token);
      assert.equal((who.body as { email: string }).email, backend.ready.user.email);
    }
  });

  it('end a session: the token that looks valid is refused, and so is its refresh', async () => {
    const outcomes = [];
    for (const server of ['fake', 'lite'] as const) {
      const { access_token: token, refresh_token: refresh } = await signIn(server);
      outcomes.push({
        out: await ask(server, 'POST', '/logout?scope=local', {}, token),
        user: await ask(server, 'GET', '/user', undefined, token),
        again: await ask(server, 'POST', '/logout?scope=local', {}, token),
        refresh: await ask(server, 'POST', '/token?grant_type=refresh_token', { refresh_token: refresh }),
      });
    }
    assert.deepEqual(outcomes[0], outcomes[1]);
    assert.equal(outcomes[0]?.user.status, 403);
  });

  it('send a mail with a code and a link, of which either signs in, once', async () => {
    const { email } = backend.ready.user;
    for (const server of ['fake', 'lite'] as const) {
      const used = [];
      for (const which of ['code', 'link'] as const) {
        assert.deepEqual(await ask(server, 'POST', '/otp', { email, create_user: false }), {
          status: 200,
          body: {},
        });
        const mail = server === 'fake' ? lastFakeMail() : await lastLiteMail();
        const proof =
          which === 'code'
            ? { type: 'magiclink', email, token: mail.code }
            : { type: 'magiclink', token_hash: new URL(mail.link).searchParams.get('token') };
        const { status, body } = await ask(server, 'POST', '/verify', proof);
        assert.equal(status, 200, `${server} ${which}: ${JSON.stringify(body)}`);
        assert.equal((body as { user: { email: string } }).user.email, email);
        used.push(await ask(server, 'POST', '/verify', proof));
      }
      assert.deepEqual(
        used.map(({ status, body }) => [status, (body as { error_code: string }).error_code]),
        [
          [403, 'otp_expired'],
          [403, 'otp_expired'],
        ],
      );
    }
  });

  it('say with the same names what they offer', async () => {
    const [ours, lite] = await both('GET', '/settings');
    assertPartOf(shapeOf(ours.body), shapeOf(lite.body), 'settings');
  });

  function lastFakeMail() {
    const mail = fake.accounts.mails.at(-1);
    assert.ok(mail);
    return mail;
  }

  /** Lite prints its mails, which the embedded backend keeps in its log. */
  async function lastLiteMail() {
    const log = readFileSync(path.join(backend.folder, 'backend.log'), 'utf8');
    const [, code, link] =
      [...log.matchAll(/login code is: (\d+)\s+Or follow this link: (\S+)/g)].at(-1) ?? [];
    assert.ok(code && link, log.slice(-500));
    return { code, link };
  }
});
