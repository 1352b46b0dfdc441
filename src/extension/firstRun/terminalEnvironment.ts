import type * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../../shared/disposable.ts';
import type { Event } from '../../shared/emitter.ts';
import { t } from '../../shared/l10n.ts';
import { type FirstRunConnection, targetOf } from './target.ts';

export interface TerminalEnvironmentOptions {
  readonly connection: FirstRunConnection;
  readonly config: {
    readonly current: { readonly terminalEnvironment: boolean };
    readonly onDidChange: Event<void>;
  };
  /** The variables that VS Code adds to the terminals that it opens. */
  readonly variables: Pick<
    vscode.EnvironmentVariableCollection,
    'persistent' | 'description' | 'replace' | 'clear'
  >;
}

/** Gives new terminals the address and the sign-in of the local backend while it runs, if the user wants that. */
export class TerminalEnvironment implements Disposable {
  readonly #options: TerminalEnvironmentOptions;
  readonly #disposables = new DisposableStore();
  /** What new terminals get at present, by name. */
  #given: Readonly<Record<string, string>> = {};

  constructor(options: TerminalEnvironmentOptions) {
    this.#options = options;
    const { variables, connection, config } = options;
    // A window that opens later finds out by itself what runs then.
    variables.persistent = false;
    variables.description = t(
      'Address and sign-in of the local backend of Runglass, for scripts that log a run.',
    );
    for (const event of [connection.onDidChange, config.onDidChange])
      this.#disposables.add(event(() => this.#update()));
    this.#update();
  }

  dispose(): void {
    this.#disposables.dispose();
    this.#options.variables.clear();
  }

  /** Terminals that are open are marked with every change, so nothing is written that is there already. */
  #update(): void {
    const wanted = this.#wanted();
    if (JSON.stringify(wanted) === JSON.stringify(this.#given)) return;
    this.#given = wanted;
    const { variables } = this.#options;
    variables.clear();
    for (const [name, value] of Object.entries(wanted)) variables.replace(name, value);
  }

  #wanted(): Readonly<Record<string, string>> {
    const { connection, config } = this.#options;
    const target = config.current.terminalEnvironment ? targetOf(connection) : null;
    if (!target || target.password === null) return {};
    return {
      SUPABASE_URL: target.url,
      SUPABASE_PUBLISHABLE_KEY: target.publishableKey,
      RUNGLASS_EMAIL: target.email,
      RUNGLASS_PASSWORD: target.password,
    };
  }
}
