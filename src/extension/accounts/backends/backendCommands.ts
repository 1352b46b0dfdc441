import * as vscode from 'vscode';
import { t } from '../../../shared/l10n.ts';
import { showProblem } from '../../platform/showProblem.ts';
import type { Log } from '../../sync/types.ts';
import { problemLine } from '../../words.ts';
import type { Connection } from '../connection.ts';
import { direct } from '../direct.ts';
import type { Profiles, RemoteProfile } from '../profiles.ts';
import { completeSignIn, decodeSelect, nothingKnown, type SignInInput } from '../signIn/signInInput.ts';
import { askBackend, type BackendApi, openBackend } from './backendForm.ts';

export interface BackendCommandsOptions {
  readonly connection: Connection;
  readonly profiles: Profiles;
  readonly api: BackendApi;
  /** Asks for the account as far as it is not known, and connects; `back` leads to what was asked before. */
  readonly signInTo: (
    profile: RemoteProfile,
    known: SignInInput,
    canGoBack: boolean,
  ) => Promise<'back' | 'ended'>;
  readonly log: Log;
}

/** The commands that choose a backend. Each also takes its answers as an argument. */
export class BackendCommands {
  readonly #options: BackendCommandsOptions;

  constructor(options: BackendCommandsOptions) {
    this.#options = options;
  }

  readonly useEmbedded = async (_argument?: unknown): Promise<void> => {
    const { connection } = this.#options;
    const location = vscode.ProgressLocation.Window;
    await vscode.window.withProgress({ location }, async (progress) => {
      progress.report({ message: t('Runglass: starting the local backend…') });
      const listening = connection.onDidChange(() => {
        const { state } = connection;
        if (state.kind === 'starting' && state.step === 'unpacking')
          progress.report({ message: t('Runglass: unpacking the database of the local backend…') });
      });
      await connection.chooseEmbedded().finally(() => listening.dispose());
    });
    const { state } = connection;
    if (state.kind === 'failed') showProblem(problemLine(state.problem));
  };

  readonly selectBackend = async (argument: unknown): Promise<void> => {
    if (argument !== undefined) {
      const choice = decodeSelect(argument);
      if (!choice) throw new Error(t('Runglass: this is no description of a backend.'));
      if (choice.kind === 'embedded') return await this.useEmbedded();
      return await this.connect({ ...nothingKnown, ...choice });
    }
    const current = this.#options.profiles.current;
    const local: vscode.QuickPickItem = {
      label: t('$(database) Local backend'),
      detail: t('A real Postgres on this machine. No account, nothing leaves the machine.'),
    };
    const remote: vscode.QuickPickItem = {
      label: t('$(cloud) Connect to Supabase…'),
      detail: t('Project URL, publishable key, and your e-mail and password.'),
    };
    if (current) (current.kind === 'embedded' ? local : remote).description = t('current');
    const picked = await vscode.window.showQuickPick([local, remote], {
      title: t('Runglass: Select Backend'),
      placeHolder: t('Where is the data?'),
    });
    if (picked === local) await this.useEmbedded();
    else if (picked) await this.connect(nothingKnown);
  };

  /** Asks for the backend as far as it is not known, then for the account, and back. */
  async connect(input: SignInInput): Promise<void> {
    const { profiles, api, log, signInTo } = this.#options;
    const { current } = profiles;
    const { url = '', publishableKey = '' } = current?.kind === 'remote' ? current : {};
    const known = { url: input.url || url, publishableKey: input.publishableKey || publishableKey };
    if (completeSignIn({ ...input, ...known })) {
      await signInTo(await direct(() => openBackend(known, api)), input, false);
      return;
    }
    for (let offered = known; ; ) {
      const profile = await askBackend(offered, api, log);
      if (!profile || (await signInTo(profile, input, true)) !== 'back') return;
      offered = profile;
    }
  }
}
