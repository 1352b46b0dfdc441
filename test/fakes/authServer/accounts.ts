import { createHash, createHmac, randomBytes, randomInt, randomUUID } from 'node:crypto';
import { refusals } from './refusals.ts';

export interface FakeUser {
  readonly id: string;
  readonly email: string;
  password: string;
  banned: boolean;
  confirmed: boolean;
}

export interface Mail {
  readonly to: string;
  readonly code: string;
  readonly link: string;
}

interface Flow {
  readonly challenge: string;
  readonly redirectTo: string;
  readonly authCode: string;
  user: FakeUser | null;
  startedAt: number;
}

interface OneTime {
  readonly user: FakeUser;
  readonly code: string;
  readonly hash: string;
  readonly flow: Flow | null;
  readonly sentAt: number;
}

export interface AccountsOptions {
  /** Signs tokens: that of the backend behind, so that it takes them. */
  readonly jwtSecret: string;
  /** Of access tokens, s. */
  readonly tokenLifetime: number;
  /** Between two mails to one user, s. */
  readonly mailPause: number;
}

const hourMs = 3_600_000;
/** How long an authorization code is good (`GOTRUE_EXTERNAL_FLOW_STATE_EXPIRY_DURATION`), ms. */
const flowMs = 300_000;

/** Users, sessions, codes and mails of the fake: what Auth keeps in its schema. */
export class FakeAccounts {
  readonly mails: Mail[] = [];
  readonly #options: AccountsOptions;
  readonly #users = new Map<string, FakeUser>();
  /** Sessions by id; the refresh token that is good, and those that were used. */
  readonly #sessions = new Map<
    string,
    { readonly user: FakeUser; refresh: string; readonly used: string[] }
  >();
  readonly #flows = new Map<string, Flow>();
  #oneTimes: OneTime[] = [];

  constructor(options: AccountsOptions) {
    this.#options = options;
  }

  addUser({
    id = randomUUID(),
    email,
    password = '',
  }: {
    id?: string;
    email: string;
    password?: string;
  }): FakeUser {
    const user = { id, email, password, banned: false, confirmed: true };
    this.#users.set(email.toLowerCase(), user);
    return user;
  }

  /** As `auth.admin.deleteUser`. */
  deleteUser(email: string): void {
    this.endSessions(email);
    this.#users.delete(email.toLowerCase());
  }

  /** As a sign-out everywhere, or a new password. */
  endSessions(email: string): void {
    for (const [id, { user }] of this.#sessions)
      if (user.email.toLowerCase() === email.toLowerCase()) this.#sessions.delete(id);
  }

  get sessionCount(): number {
    return this.#sessions.size;
  }

  get emails(): readonly string[] {
    return [...this.#users.values()].map(({ email }) => email);
  }

  find(email: string): FakeUser | null {
    return this.#users.get(email.trim().toLowerCase()) ?? null;
  }

  password(email: string, password: string) {
    const user = this.find(email);
    if (!user?.password) throw refusals.credentials();
    if (user.banned) throw refusals.bannedAtPassword();
    if (user.password !== password) throw refusals.credentials();
    if (!user.confirmed) throw refusals.unconfirmed();
    return this.#issue(user);
  }

  refresh(token: string) {
    for (const [id, session] of this.#sessions) {
      if (session.user.banned && session.refresh === token) throw refusals.bannedAtRefresh();
      if (session.refresh === token) {
        session.used.push(token);
        session.refresh = randomBytes(9).toString('base64url');
        return this.#tokens(id, session);
      }
      if (!session.used.includes(token)) continue;
      // Somebody else has it: neither goes on.
      this.#sessions.delete(id);
      throw refusals.usedRefresh();
    }
    throw refusals.noRefresh();
  }

  /** Whose token that is; refuses as `requireAuthentication` does. */
  authenticate(header: string | undefined): { readonly user: FakeUser; readonly session: string } {
    const [, token] = /^Bearer (.+)$/i.exec(header ?? '') ?? [];
    if (!token) throw refusals.noBearer();
    const [head = '', body = '', signature = ''] = token.split('.');
    if (signature !== this.#sign(`${head}.${body}`)) throw refusals.jwt();
    const claims = JSON.parse(Buffer.from(body, 'base64url').toString('utf8')) as {
      sub: string;
      exp: number;
      session_id: string;
    };
    if (claims.exp * 1_000 < Date.now()) throw refusals.expiredJwt();
    const user = [...this.#users.values()].find(({ id }) => id === claims.sub);
    if (!user) throw refusals.noUser();
    if (!this.#sessions.has(claims.session_id)) throw refusals.noSession();
    if (user.banned) throw refusals.banned();
    return { user, session: claims.session_id };
  }

  endSession(session: string): void {
    this.#sessions.delete(session);
  }

  /** A flow that begins at `/authorize`, or with a mail. */
  startFlow(challenge: string, redirectTo: string): { readonly id: string; readonly flow: Flow } {
    const id = randomUUID();
    const authCode = randomUUID();
    const flow: Flow = { challenge, redirectTo, authCode, user: null, startedAt: Date.now() };
    this.#flows.set(id, flow);
    return { id, flow };
  }

  flow(id: string): Flow | null {
    return this.#flows.get(id) ?? null;
  }

  /** A provider has said who it is; the code for the address that leads back. */
  complete(flow: Flow, user: FakeUser): string {
    if (user.banned) throw refusals.banned();
    flow.user = user;
    flow.startedAt = Date.now();
    return flow.authCode;
  }

  exchange(authCode: string, verifier: string) {
    const [id, flow] = [...this.#flows].find(([, one]) => one.authCode === authCode) ?? [];
    if (!id || !flow?.user) throw refusals.noFlow();
    if (Date.now() - flow.startedAt > flowMs) throw refusals.flowExpired();
    if (createHash('sha256').update(verifier).digest('base64url') !== flow.challenge)
      throw refusals.verifier();
    this.#flows.delete(id);
    return this.#issue(flow.user);
  }

  /** Has a mail "sent"; the newest one counts. */
  mail(user: FakeUser, flow: Flow | null, linkTo: (hash: string) => string): void {
    const before = this.#oneTimes.find((one) => one.user === user);
    const left = before ? this.#options.mailPause - (Date.now() - before.sentAt) / 1_000 : 0;
    if (left > 0) throw refusals.tooManyMails(Math.ceil(left));
    const code = String(randomInt(1_000_000)).padStart(6, '0');
    const hash = `${flow ? 'pkce_' : ''}${createHash('sha224')
      .update(user.email + code)
      .digest('hex')}`;
    this.#oneTimes = [
      ...this.#oneTimes.filter((one) => one.user !== user),
      { user, code, hash, flow, sentAt: Date.now() },
    ];
    this.mails.push({ to: user.email, code, link: linkTo(hash) });
  }

  verifyCode(email: string, code: string) {
    return this.#issue(
      this.#useOneTime((one) => one.user === this.find(email) && one.code === code, refusals.token).user,
    );
  }

  verifyHash(hash: string) {
    return this.#issue(this.useLink(hash).user);
  }

  /** As opening the link does. */
  useLink(hash: string): OneTime {
    return this.#useOneTime((one) => one.hash === hash, refusals.link);
  }

  /** A session without a provider's flow, as links of other kinds give. */
  issue(user: FakeUser) {
    return this.#issue(user);
  }

  #useOneTime(matches: (one: OneTime) => boolean, refuse: () => Error): OneTime {
    const found = this.#oneTimes.find(matches);
    if (!found || Date.now() - found.sentAt > hourMs) throw refuse();
    if (found.user.banned) throw refusals.banned();
    this.#oneTimes = this.#oneTimes.filter((one) => one !== found);
    return found;
  }

  #issue(user: FakeUser) {
    const id = randomUUID();
    const session = { user, refresh: randomBytes(9).toString('base64url'), used: [] };
    this.#sessions.set(id, session);
    return this.#tokens(id, session);
  }

  #tokens(id: string, { user, refresh }: { readonly user: FakeUser; readonly refresh: string }) {
    const now = Math.floor(Date.now() / 1_000);
    const { tokenLifetime } = this.#options;
    const claims = {
      ...{ sub: user.id, aud: 'authenticated', role: 'authenticated', email: user.email },
      ...{ session_id: id, iat: now, exp: now + tokenLifetime, jti: randomUUID(), aal: 'aal1' },
    };
    const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const unsigned = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims)}`;
    return {
      access_token: `${unsigned}.${this.#sign(unsigned)}`,
      token_type: 'bearer',
      expires_in: tokenLifetime,
      expires_at: now + tokenLifetime,
      refresh_token: refresh,
      user: userBody(user),
    };
  }

  #sign(text: string): string {
    return createHmac('sha256', this.#options.jwtSecret).update(text).digest('base64url');
  }
}

export function userBody({ id, email }: FakeUser) {
  return {
    ...{ id, aud: 'authenticated', role: 'authenticated', email, phone: '' },
    ...{ app_metadata: { provider: 'email', providers: ['email'] }, user_metadata: {}, identities: [] },
    ...{ is_anonymous: false },
  };
}
