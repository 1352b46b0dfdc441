import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../../shared/disposable.ts';
import { authenticationId, sessionPrefix } from '../ids.ts';
import type { AccountSessions } from './accountSessions.ts';

type SessionsEvent = vscode.AuthenticationProviderAuthenticationSessionsChangeEvent;

/**
 * The accounts of this extension in VS Code's Accounts menu, one for each backend by URL that somebody is signed in to.
 * Registered at activation; what answers is loaded when VS Code asks, or when a session changes.
 */
export class AccountProvider implements vscode.AuthenticationProvider, Disposable {
  readonly #load: () => Promise<AccountSessions>;
  readonly #disposables = new DisposableStore();
  readonly #changed = this.#disposables.add(new vscode.EventEmitter<SessionsEvent>());
  readonly onDidChangeSessions = this.#changed.event;

  constructor(secrets: vscode.SecretStorage, load: () => Promise<AccountSessions>) {
    this.#load = load;
    this.#disposables.add(
      vscode.authentication.registerAuthenticationProvider(authenticationId, 'Runglass', this, {
        supportsMultipleAccounts: true,
      }),
    );
    this.#disposables.add(
      // Of this window and of the others.
      secrets.onDidChange(({ key }) => {
        if (key.startsWith(sessionPrefix)) void this.#tell();
      }),
    );
  }

  async getSessions(
    scopes: readonly string[] | undefined,
    options: vscode.AuthenticationProviderSessionOptions,
  ): Promise<vscode.AuthenticationSession[]> {
    return await (await this.#load()).list(scopes, options.account);
  }

  async createSession(
    scopes: readonly string[],
    options: vscode.AuthenticationProviderSessionOptions,
  ): Promise<vscode.AuthenticationSession> {
    return await (await this.#load()).create(scopes, options.account);
  }

  async removeSession(id: string): Promise<void> {
    await (await this.#load()).remove(id);
  }

  dispose(): void {
    this.#disposables.dispose();
  }

  async #tell(): Promise<void> {
    const change = await (await this.#load()).whatChanged();
    if (change && !this.#disposables.isDisposed) this.#changed.fire(change);
  }
}
