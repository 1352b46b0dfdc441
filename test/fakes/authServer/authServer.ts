import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';
import { FakeAccounts, userBody } from './accounts.ts';
import { AuthRefusal, refusals } from './refusals.ts';

export interface AuthServerOptions {
  /** Answers everything but Auth, and takes tokens signed with this secret; null for Auth alone. */
  readonly backend: { readonly url: string; readonly jwtSecret: string } | null;
  readonly publishableKey: string;
  readonly providers?: readonly string[];
  /** Addresses that a sign-in may lead to (`GOTRUE_URI_ALLOW_LIST`). */
  readonly redirects?: readonly RegExp[];
  /** Of access tokens, s. */
  readonly tokenLifetime?: number;
  /** Between two mails to one user, s. */
  readonly mailPause?: number;
}

type Body = Readonly<Record<string, unknown>>;

/**
 * Supabase's Auth as far as signing in goes, over HTTP. It answers as the source of supabase/auth says (commit bc32168e)
 * and, where Supabase Lite knows the question as well, as that does: `test/integration/accounts/authServer.test.ts` asks
 * both. Its provider is a page with two links.
 */
export class AuthServer {
  readonly accounts: FakeAccounts;
  /** Paths that were asked for, with their method, without keys. */
  readonly requests: string[] = [];
  /** What `/settings` says beside the providers; also what is switched off. */
  emailEnabled = true;
  captcha = false;
  /** Where the provider is, if not here. */
  providerPage: string | null = null;
  /** Nothing of Auth answers. */
  silent = false;
  readonly #options: AuthServerOptions;
  readonly #server: Server;
  readonly #sockets = new Set<Duplex>();

  private constructor(options: AuthServerOptions) {
    this.#options = options;
    const { backend, tokenLifetime = 3_600, mailPause = 60 } = options;
    const jwtSecret = backend?.jwtSecret ?? 'of-this-fake-alone';
    this.accounts = new FakeAccounts({ jwtSecret, tokenLifetime, mailPause });
    this.#server = createServer((incoming, response) => void this.#answer(incoming, response));
    // As long as the embedded backend does: a request that meets the end of an idle connection is reset.
    this.#server.keepAliveTimeout = 60_000;
    this.#server.on('upgrade', (incoming, socket, head) => this.#upgrade(incoming, socket, head));
  }

  static async start(options: AuthServerOptions): Promise<AuthServer> {
    const server = new AuthServer(options);
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(incoming.url ?? '/', this.url);
    const isAuth = url.pathname.startsWith('/auth/v1/');
    if (isAuth) this.requests.push(`${incoming.method} ${url.pathname.slice('/auth/v1'.length)}`);
    if (isAuth && this.silent) return;
    try {
      if (url.pathname === '/provider') return this.#providerPage(url, response);
      if (url.pathname === '/') return page(response, 'The site of the project.');
      if (!isAuth) return this.#pass(incoming, response);
      const path = url.pathname.slice('/auth/v1'.length);
      if (incoming.method === 'GET' && this.#inBrowser(path, url, response)) return;
      const body = incoming.method === 'POST' ? JSON.parse((await text(incoming)) || '{}') : {};
      const answer = this.#api(`${incoming.method} ${path}`, url, body, incoming);
      json(response, answer === null ? 204 : 200, answer);
    } catch (error) {
      if (!(error instanceof AuthRefusal)) throw error;
      response.setHeader('x-sb-error-code', error.code);
      json(response, error.status, error.body);
    }
  }

  #api(route: string, url: URL, body: Body, { headers }: IncomingMessage): unknown {
    if (headers.apikey !== this.#options.publishableKey) throw new GatewayRefusal();
    const string = (name: string) => String(body[name] ?? '');
    switch (route) {
      case 'GET /health':
        return {
          version: 'v2.189.0',
          name: 'GoTrue',
          description: 'GoTrue is a user registration and authentication API',
        };
      case 'GET /settings':
        return this.#settings();
      case 'GET /user':
        return userBody(this.accounts.authenticate(headers.authorization).user);
      case 'POST /logout':
        this.#logout(url, headers.authorization);
        return null;
      case 'POST /otp':
        this.#otp(string('email'), body, url);
        return {};
      case 'POST /verify':
        return this.#verify(string('type'), string('token'), string('token_hash'), string('email'));
      case 'POST /token':
        return this.#token(url.searchParams.get('grant_type'), string);
      default:
        throw new AuthRefusal(404, 'not_found', 'Not Found');
    }
  }

  #settings() {
    const providers = Object.fromEntries((this.#options.providers ?? []).map((name) => [name, true]));
    return {
      external: {
        anonymous_users: false,
        github: false,
        google: false,
        phone: false,
        ...providers,
        email: this.emailEnabled,
      },
      ...{ disable_signup: false, mailer_autoconfirm: false, phone_autoconfirm: false, sms_provider: '' },
      ...{ saml_enabled: false },
    };
  }

  #logout(url: URL, authorization: string | undefined): void {
    const { user, session } = this.accounts.authenticate(authorization);
    if (url.searchParams.get('scope') === 'local') this.accounts.endSession(session);
    else this.accounts.endSessions(user.email);
  }

  #otp(email: string, body: Body, url: URL): void {
    if (this.captcha) throw refusals.captcha();
    const user = this.accounts.find(email);
    if (!user && body.create_user === false) throw refusals.noSignup();
    if (!this.emailEnabled) throw refusals.emailDisabled();
    if (!user) throw refusals.validation('This fake signs nobody up');
    const challenge = body.code_challenge;
    const redirectTo = this.#redirect(url.searchParams.get('redirect_to'));
    const flow = typeof challenge === 'string' ? this.accounts.startFlow(challenge, redirectTo).flow : null;
    const query = (token: string) =>
      new URLSearchParams({ token, type: 'magiclink', redirect_to: redirectTo });
    this.accounts.mail(user, flow, (hash) => `${this.url}/auth/v1/verify?${query(hash)}`);
  }

  #verify(type: string, token: string, hash: string, email: string): unknown {
    if (Boolean(token) === Boolean(hash))
      throw refusals.validation('Verify requires either a token or a token hash');
    if (!['email', 'magiclink'].includes(type)) throw refusals.verifyType();
    return hash ? this.accounts.verifyHash(hash) : this.accounts.verifyCode(email, token);
  }

  #token(grant: string | null, string: (name: string) => string): unknown {
    switch (grant) {
      case 'password':
        if (this.captcha) throw refusals.captcha();
        if (!this.emailEnabled) throw refusals.emailDisabled();
        return this.accounts.password(string('email'), string('password'));
      case 'refresh_token':
        return this.accounts.refresh(string('refresh_token'));
      case 'pkce':
        return this.accounts.exchange(string('auth_code'), string('code_verifier'));
      default:
        throw refusals.unsupported();
    }
  }

  /** What a browser is sent to, without a key. */
  #inBrowser(path: string, url: URL, response: ServerResponse): boolean {
    const { searchParams: query } = url;
    if (path === '/authorize') {
      if (!this.#options.providers?.includes(query.get('provider') ?? '')) throw refusals.provider();
      const challenge = query.get('code_challenge') ?? '';
      const { id } = this.accounts.startFlow(challenge, this.#redirect(query.get('redirect_to')));
      redirect(response, `${this.providerPage ?? `${this.url}/provider`}?state=${id}`);
      return true;
    }
    if (path === '/callback') {
      this.#callback(query, response);
      return true;
    }
    if (path !== '/verify') return false;
    this.#openLink(query, response);
    return true;
  }

  #callback(query: URLSearchParams, response: ServerResponse): void {
    const flow = this.accounts.flow(query.get('state') ?? '');
    const user = this.accounts.find(query.get('email') ?? '');
    if (!flow) throw refusals.noFlow();
    try {
      if (!user) throw refusals.denied();
      redirect(response, withQuery(flow.redirectTo, { code: this.accounts.complete(flow, user) }));
    } catch (error) {
      redirect(response, withError(flow.redirectTo, error));
    }
  }

  #openLink(query: URLSearchParams, response: ServerResponse): void {
    const redirectTo = this.#redirect(query.get('redirect_to'));
    try {
      const { user, flow } = this.accounts.useLink(query.get('token') ?? '');
      if (flow) {
        redirect(response, withQuery(redirectTo, { code: this.accounts.complete(flow, user) }));
        return;
      }
      // The implicit flow, which nobody should take anything of.
      const { access_token, refresh_token } = this.accounts.issue(user);
      redirect(
        response,
        `${redirectTo}#${new URLSearchParams({ access_token, refresh_token, type: 'magiclink' })}`,
      );
    } catch (error) {
      redirect(response, withError(redirectTo, error));
    }
  }

  /** The address that was asked for if it is allowed, else the site: `utilities.GetReferrer`. */
  #redirect(asked: string | null): string {
    const allowed = this.#options.redirects ?? [
      /^vscode:\/\/runglass\.runglass\//,
      /^http:\/\/127\.0\.0\.1[:/]/,
    ];
    return asked && allowed.some((pattern) => pattern.test(asked)) ? asked : `${this.url}/`;
  }

  #providerPage({ searchParams }: URL, response: ServerResponse): void {
    const state = searchParams.get('state') ?? '';
    const to = (email: string) => `/auth/v1/callback?${new URLSearchParams({ state, email })}`;
    const users = this.accounts.emails.map(
      (email) => `<p><a href="${to(email)}">Continue as ${email}</a></p>`,
    );
    page(response, `${users.join('')}<p><a href="${to('')}">Deny</a></p>`);
  }

  #pass(incoming: IncomingMessage, response: ServerResponse): void {
    const { backend } = this.#options;
    if (!backend) {
      json(response, 404, { message: 'no backend' });
      return;
    }
    const { host } = new URL(backend.url);
    const { method, headers, url = '/' } = incoming;
    const onward = request(new URL(url, backend.url), { method, headers: { ...headers, host } }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    incoming.pipe(onward);
  }

  #upgrade({ method, url, rawHeaders }: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { backend } = this.#options;
    if (!backend) return void socket.destroy();
    const { hostname, port, host } = new URL(backend.url);
    const onward = connect(Number(port), hostname);
    for (const end of [socket, onward]) {
      this.#sockets.add(end);
      end.on('error', () => {});
      end.on('close', () => {
        this.#sockets.delete(end);
        (end === socket ? onward : socket).destroy();
      });
    }
    const lines = rawHeaders.flatMap((name, index) => {
      if (index % 2 === 1) return [];
      return [`${name}: ${name.toLowerCase() === 'host' ? host : rawHeaders[index + 1]}`];
    });
    onward.write(`${method} ${url} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
    onward.write(head);
    socket.pipe(onward);
    onward.pipe(socket);
  }
}

/** Of the gateway in front, which refuses what has no key of the project. */
class GatewayRefusal extends AuthRefusal {
  constructor() {
    super(401, 'UNAUTHORIZED_INVALID_API_KEY', 'Invalid API key');
  }

  override get body() {
    return { message: this.message, hint: 'Double check your Supabase `anon` or `service_role` API key.' };
  }
}

/** Errors come back in the query and in the fragment, with words of OAuth for the status. */
function withError(address: string, error: unknown): string {
  if (!(error instanceof AuthRefusal)) throw error;
  const names: Readonly<Record<number, string>> = {
    400: 'invalid_request',
    401: 'unauthorized_client',
    403: 'access_denied',
  };
  const told = {
    error: names[error.status] ?? 'server_error',
    // What a provider says is passed on as OAuth has it.
    ...(error.code === 'access_denied' ? {} : { error_code: error.code }),
    error_description: error.message,
  };
  return `${withQuery(address, told)}#${new URLSearchParams({ ...told, sb: '' })}`;
}

/** As Go's `url.Query().Set`: what is there already stays. */
function withQuery(address: string, values: Readonly<Record<string, string>>): string {
  const url = new URL(address);
  for (const [name, value] of Object.entries(values)) url.searchParams.set(name, value);
  return url.href;
}

function redirect(response: ServerResponse, location: string): void {
  response.writeHead(302, { location }).end();
}

function page(response: ServerResponse, html: string): void {
  response.writeHead(200, { 'content-type': 'text/html' }).end(`<!doctype html><title>Fake</title>${html}`);
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(body === null ? undefined : JSON.stringify(body));
}
