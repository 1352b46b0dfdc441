import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../shared/disposable.ts';
import type { AccountServices } from './accountServices.ts';
import type { AccountCommands } from './accounts/accountCommands.ts';
import type { AccountSessions } from './accounts/accountSessions.ts';
import { AccountProvider } from './accounts/authProvider.ts';
import type { Connection } from './accounts/connection.ts';
import type { Profiles, RemoteProfile } from './accounts/profiles.ts';
import type { Account } from './accounts/types.ts';
import type { Diagnostics } from './diagnostics.ts';
import { commands } from './ids.ts';
import type { Log } from './sync/types.ts';

export interface AccountUiOptions {
  readonly context: Pick<vscode.ExtensionContext, 'secrets' | 'asAbsolutePath'>;
  readonly connection: Connection;
  readonly profiles: Profiles;
  readonly account: AccountServices;
  readonly diagnostics: Diagnostics;
  /** Sends the events that are pending, in bounded time, and forgets the rest. */
  readonly endActivity: () => Promise<void>;
  /** The answer to whether events may be sent has changed. */
  readonly consentChanged: () => void;
  readonly log: Log;
}

/**
 * Every way to an account: the commands, VS Code's Accounts menu, the address that a browser calls. The forms are
 * loaded when one is asked for.
 */
export class AccountUi implements Disposable {
  readonly #options: AccountUiOptions;
  readonly #disposables = new DisposableStore();
  #sessions: Promise<AccountSessions> | null = null;

  constructor(options: AccountUiOptions) {
    this.#options = options;
    const { context, connection } = options;
    const loadSessions = () => {
      this.#sessions ??= this.#loadSessions();
      return this.#sessions;
    };
    this.#disposables.add(new AccountProvider(context.secrets, loadSessions));
    const handleUri = async (uri: vscode.Uri) => (await this.commands()).signIn.returnFromBrowser(uri);
    this.#disposables.add(vscode.window.registerUriHandler({ handleUri }));
    this.#disposables.add(
      vscode.window.onDidChangeWindowState(({ focused }) => {
        if (focused) void connection.checkSession();
      }),
    );
  }

  async commands(): Promise<AccountCommands> {
    const { AccountCommands } = await import('./accounts/accountCommands.ts');
    const { context, connection, profiles, account, diagnostics, ...rest } = this.#options;
    return new AccountCommands({
      ...rest,
      connection,
      profiles,
      checks: await diagnostics.admission(),
      api: { openAuth: async (endpoint) => new (await import('./sync.ts')).AuthClient(endpoint) },
      pending: await account.openPendingSignIns(),
      accountOf: (profile) => this.#accountOf(profile),
      sqlFolder: context.asAbsolutePath('dist/backend'),
      refresh: async () => void (await vscode.commands.executeCommand(commands.refresh)),
    });
  }

  dispose(): void {
    this.#disposables.dispose();
  }

  async #loadSessions(): Promise<AccountSessions> {
    const { AccountSessions } = await import('./accounts/accountSessions.ts');
    const { connection, profiles, log } = this.#options;
    return new AccountSessions({
      profiles: () => profiles.remotes,
      openSession: (profile) => connection.openSession(profile),
      signIn: async (profile) => (await this.commands()).askForAccount(profile),
      signOutOf: async (profile) => (await this.commands()).signIn.signOutOf(profile),
      log,
    });
  }

  /** Who is signed in to a backend, chosen or not; nobody is asked. */
  async #accountOf(profile: RemoteProfile): Promise<Account | null> {
    const session = await this.#options.connection.openSession(profile);
    try {
      await session.load();
      return session.account;
    } finally {
      session.dispose();
    }
  }
}
