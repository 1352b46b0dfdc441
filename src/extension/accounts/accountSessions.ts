import { createHash } from 'node:crypto';
import { t } from '../../shared/l10n.ts';
import { oneLine } from '../markdown.ts';
import { problemOf } from '../platform/problem.ts';
import type { Log } from '../sync/types.ts';
import { problemLine } from '../words.ts';
import { backendId, type Profile, type RemoteProfile } from './profiles.ts';
import type { ConnectedSession } from './types.ts';

/** Structurally a `vscode.AuthenticationSession`. */
export interface AccountSession {
  readonly id: string;
  readonly accessToken: string;
  readonly account: { readonly id: string; readonly label: string };
  readonly scopes: readonly string[];
}

interface Change {
  readonly added: AccountSession[];
  readonly removed: AccountSession[];
  readonly changed: AccountSession[];
}

export interface AccountSessionsOptions {
  /** All that the user has. */
  readonly profiles: () => readonly Profile[];
  /** The session that is kept for a backend; for the caller to dispose. */
  readonly openSession: (profile: Profile) => Promise<ConnectedSession>;
  /** Asks which backend and which account, and connects; to which one, or null when nobody signs in. */
  readonly signIn: (profile: RemoteProfile | null) => Promise<RemoteProfile | null>;
  readonly signOutOf: (profile: Profile) => Promise<void>;
  readonly log: Log;
}

/**
 * Who is signed in, one account for each backend by URL. The embedded backend has no account: its user is made up for
 * this machine.
 */
export class AccountSessions {
  readonly #options: AccountSessionsOptions;
  /** As VS Code was told of them last. */
  #known = new Map<string, AccountSession>();

  constructor(options: AccountSessionsOptions) {
    this.#options = options;
  }

  /**
   * Those of `account`, or all. Only a token that another extension is to get (that is when VS Code names scopes) is
   * renewed; the menu shows names, for which nobody is asked anything.
   */
  async list(
    scopes: readonly string[] | undefined,
    account?: { readonly id: string },
  ): Promise<AccountSession[]> {
    // A token may all that its account may: there is nothing narrower to ask for.
    if (scopes && scopes.length > 0) return [];
    const found = [...(await this.#read(scopes !== undefined)).values()];
    if (scopes === undefined && !account)
      this.#known = new Map(found.map((session) => [session.id, session]));
    return found.filter((session) => !account || session.account.id === account.id);
  }

  /** Asks the user to sign in; rejects when they do not. */
  async create(scopes: readonly string[], account?: { readonly id: string }): Promise<AccountSession> {
    if (scopes.length > 0) throw new Error(t('Runglass: an account has no scopes. Ask for it without any.'));
    const asked = account ? await this.#profileOf(({ account: { id } }) => id === account.id) : null;
    const profile = await this.#options.signIn(asked);
    const created = profile && (await this.#sessionOf(profile, false));
    if (!created) throw new Error(t('Runglass: nobody signed in.'));
    return created;
  }

  /** Signs out of one; rejects when there is none of this id. */
  async remove(id: string): Promise<void> {
    const profile = await this.#profileOf((session) => session.id === id);
    if (!profile) throw new Error(t('Runglass: this account is not signed in any more.'));
    await this.#options.signOutOf(profile);
  }

  /** What is different since the last time; null for nothing. */
  async whatChanged(): Promise<Change | null> {
    const now = await this.#read(false);
    // What was told meanwhile is not told again.
    const before = this.#known;
    this.#known = now;
    const added = [...now.values()].filter(({ id }) => !before.has(id));
    const removed = [...before.values()].filter(({ id }) => !now.has(id));
    const changed = [...now.values()].filter(({ id, accessToken }) => {
      const former = before.get(id);
      return former && former.accessToken !== accessToken;
    });
    const isNothing = added.length + removed.length + changed.length === 0;
    return isNothing ? null : { added, removed, changed };
  }

  async #profileOf(matches: (session: AccountSession) => boolean): Promise<RemoteProfile | null> {
    for (const profile of this.#remotes()) {
      const session = await this.#sessionOf(profile, false);
      if (session && matches(session)) return profile;
    }
    return null;
  }

  async #read(fresh: boolean): Promise<Map<string, AccountSession>> {
    const sessions = await Promise.all(this.#remotes().map((profile) => this.#sessionOf(profile, fresh)));
    return new Map(sessions.flatMap((session) => (session ? [[session.id, session]] : [])));
  }

  #remotes(): RemoteProfile[] {
    return this.#options.profiles().filter((profile) => profile.kind === 'remote');
  }

  async #sessionOf(profile: RemoteProfile, fresh: boolean): Promise<AccountSession | null> {
    const session = await this.#options.openSession(profile);
    try {
      await session.load();
      const { account } = session;
      if (!account) return null;
      const credentials = fresh ? await session.get() : session.stored;
      if (!credentials) return null;
      const id = idOf(profile, account.userId);
      const label = account.email === null ? profile.label : `${oneLine(account.email)} (${profile.label})`;
      return { id, accessToken: credentials.accessToken, account: { id, label }, scopes: [] };
    } catch (error) {
      this.#options.log.warn(`An account cannot be read: ${problemLine(problemOf(error))}`);
      return null;
    } finally {
      session.dispose();
    }
  }
}

/** Names an account without telling whose it is. */
function idOf(profile: Profile, userId: string): string {
  return createHash('sha256')
    .update(`${backendId(profile)} ${userId}`)
    .digest('hex')
    .slice(0, 32);
}
