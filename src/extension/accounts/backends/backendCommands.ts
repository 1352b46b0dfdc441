import * as vscode from 'vscode';
import { t } from '../../../shared/l10n.ts';
import { describeError } from '../../platform/log.ts';
import { showDone } from '../../platform/showDone.ts';
import { showProblem } from '../../platform/showProblem.ts';
import type { Log } from '../../sync/types.ts';
import { problemLine, withoutLinks } from '../../words.ts';
import type { Connection } from '../connection.ts';
import { direct } from '../direct.ts';
import { backendId, type Profiles, type RemoteProfile } from '../profiles.ts';
import type { SetUpCommands } from '../setUp/setUpCommands.ts';
import type { SignInOutcome } from '../signIn/signInCommands.ts';
import { completeSignIn, decodeSelect, nothingKnown, type SignInInput } from '../signIn/signInInput.ts';
import type { Account } from '../types.ts';
import { askBackend, type BackendApi, type KnownBackend, openBackend } from './backendForm.ts';
import { cleanName, decodeAdd, decodeRemove, decodeRename, findProfile } from './backendInput.ts';
import { pickBackend, pickRemote, pickSource, type Wish } from './backendPick.ts';
import { readWorkspaceFile, type WorkspaceFile, workspaceFiles } from './workspaceFiles.ts';

export interface BackendCommandsOptions {
  readonly connection: Connection;
  readonly profiles: Profiles;
  readonly api: BackendApi;
  readonly setUp: Pick<SetUpCommands, 'setUp'>;
  /** Who is signed in to a backend, chosen or not; nobody is asked. */
  readonly accountOf: (profile: RemoteProfile) => Promise<Account | null>;
  /** Signs out of a backend, chosen or not, and wipes what is kept of its account. */
  readonly signOutOf: (profile: RemoteProfile) => Promise<void>;
  /** Asks for the account as far as it is not known, and connects. */
  readonly signInTo: (
    profile: RemoteProfile,
    known: SignInInput,
    canGoBack: boolean,
  ) => Promise<SignInOutcome>;
  readonly log: Log;
}

const unknown: KnownBackend = { url: '', publishableKey: '', name: '' };

/** The commands that choose, add, rename and remove backends. Each also takes its answers as an argument. */
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
    this.#tellFailure(backendId({ kind: 'embedded', signedOut: false }));
  };

  readonly selectBackend = async (argument: unknown): Promise<void> => {
    if (argument === undefined) {
      const wish = await this.#pick();
      return wish && (await this.#fulfil(wish));
    }
    const choice = decodeSelect(argument);
    if (!choice) throw new Error(t('Runglass: this is no description of a backend.'));
    if (choice.kind === 'embedded') return await this.useEmbedded();
    const known = findProfile(choice.url, this.#options.profiles);
    const { publishableKey: key } = choice;
    if (known && (key === '' || key === known.publishableKey)) await this.#use(known);
    else await this.connect({ ...nothingKnown, ...choice });
  };

  /** With an argument, checks what it names and puts it into the list; chooses nothing. */
  readonly addBackend = async (argument: unknown): Promise<void> => {
    if (argument === undefined) {
      const wish = await pickSource(await workspaceFiles());
      return wish && (await this.#fulfil(wish));
    }
    const input = decodeAdd(argument);
    if (!input) throw new Error(t('Runglass: this is no description of a backend.'));
    await direct(() => openBackend({ ...input, name: cleanName(input.name) }, this.#options));
  };

  readonly renameBackend = async (argument: unknown): Promise<void> => {
    const { profiles } = this.#options;
    if (argument !== undefined) {
      const change = decodeRename(argument, profiles);
      if (!change) throw new Error(t('Runglass: this is no backend in the list, or no name for it.'));
      return await this.#rename(change.profile, change.name);
    }
    const profile = await this.#pickRemote(t('Runglass: Rename Backend'));
    if (profile) await this.#askName(profile);
  };

  /** Asks before it does anything, whatever the argument. */
  readonly removeBackend = async (argument: unknown): Promise<void> => {
    const { profiles } = this.#options;
    const named = argument === undefined ? undefined : decodeRemove(argument, profiles);
    if (named === null) throw new Error(t('Runglass: this is no backend in the list.'));
    const profile = named ?? (await this.#pickRemote(t('Runglass: Remove Backend')));
    if (profile) await this.#remove(profile);
  };

  /** Asks for the backend as far as it is not known, then for the account, and back; the one that was signed in to. */
  async connect(input: SignInInput, found: KnownBackend = unknown): Promise<RemoteProfile | null> {
    const { signInTo } = this.#options;
    const { url, publishableKey } = input;
    const offered = url === '' && publishableKey === '' ? found : { ...unknown, url, publishableKey };
    if (completeSignIn(input)) {
      const profile = await direct(() => openBackend(offered, this.#options));
      await signInTo(profile, input, false);
      return profile;
    }
    const setUp = (profile: RemoteProfile) =>
      this.#options.setUp.setUp(profile, null, () => this.#use(profile));
    for (let known: KnownBackend = offered; ; ) {
      const profile = await askBackend({ ...this.#options, known, setUp });
      if (!profile) return null;
      const outcome = await signInTo(profile, input, true);
      if (outcome !== 'back') return outcome === 'signedIn' ? profile : null;
      known = { ...known, ...profile };
    }
  }

  async #pick(): Promise<Wish | undefined> {
    const { current, remotes } = this.#options.profiles;
    const [files, accounts] = await Promise.all([
      workspaceFiles(),
      Promise.all(remotes.map(async (one) => [one.url, await this.#accountName(one)] as const)),
    ]);
    const signedIn = new Map(accounts.filter(([, name]) => name !== ''));
    return await pickBackend({ current, remotes, accounts: signedIn, files });
  }

  /** Empty when nobody is signed in, or nobody can tell: all others can be chosen all the same. */
  async #accountName(profile: RemoteProfile): Promise<string> {
    const { accountOf, log } = this.#options;
    try {
      const account = await accountOf(profile);
      // Some providers tell no e-mail.
      return account ? (account.email ?? t('signed in')) : '';
    } catch (error) {
      log.warn(`An account cannot be read: ${describeError(error)}`);
      return '';
    }
  }

  async #fulfil(wish: Wish): Promise<void> {
    switch (wish.kind) {
      case 'useEmbedded':
        return await this.useEmbedded();
      case 'use':
        return await this.#use(wish.profile);
      case 'rename':
        return await this.#askName(wish.profile);
      case 'remove':
        return await this.#remove(wish.profile);
      case 'add':
        return void (await this.connect(nothingKnown));
      case 'addFrom':
        return await this.#addFrom(wish.file);
      default:
        return wish satisfies never;
    }
  }

  /** At once when somebody is signed in there, else after signing in; until then the present one stays. */
  async #use(profile: RemoteProfile): Promise<void> {
    const { connection, accountOf, signInTo } = this.#options;
    if (!(await accountOf(profile))) {
      await signInTo(profile, nothingKnown, false);
      return;
    }
    await connection.choose(profile);
    this.#tellFailure(backendId(profile));
  }

  /** That of another backend, chosen meanwhile, is told by whoever chose it. */
  #tellFailure(backend: string): void {
    const { state } = this.#options.connection;
    if (state.kind === 'failed' && backendId(state.profile) === backend)
      showProblem(problemLine(state.problem));
  }

  async #addFrom(file: WorkspaceFile): Promise<void> {
    const { url, publishableKey, name, notes } = await readWorkspaceFile(file);
    const source = { file: `${file.folder}/${file.file}`, notes };
    await this.connect(nothingKnown, { url, publishableKey, name: cleanName(name), source });
  }

  async #pickRemote(title: string): Promise<RemoteProfile | undefined> {
    const { remotes } = this.#options.profiles;
    if (remotes.length > 0) return await pickRemote(remotes, title);
    void vscode.window.showInformationMessage(
      t('Runglass: there is no backend but the local one, which keeps its name.'),
    );
    return undefined;
  }

  async #askName(profile: RemoteProfile): Promise<void> {
    const name = await vscode.window.showInputBox({
      title: t('Runglass: Rename Backend'),
      value: profile.label,
      prompt: withoutLinks(t('What do you call {0}?', profile.url)),
      validateInput: (value) => (cleanName(value) === '' ? t('Enter a name.') : null),
    });
    if (name !== undefined) await this.#rename(profile, cleanName(name));
  }

  async #rename(profile: RemoteProfile, name: string): Promise<void> {
    const { profiles, connection } = this.#options;
    await profiles.save({ ...profile, label: name });
    connection.renamed();
  }

  async #remove(profile: RemoteProfile): Promise<void> {
    const { profiles, connection, signOutOf } = this.#options;
    const remove = t('Sign Out and Remove');
    const detail = t(
      'You are signed out of it, and its rows and events that are kept on this machine are deleted. The project itself is not touched.',
    );
    const message = t('Remove the backend {0}?', profile.label);
    const picked = await vscode.window.showWarningMessage(message, { modal: true, detail }, remove);
    if (picked !== remove) return;
    await signOutOf(profile);
    await profiles.remove(profile);
    const { state } = connection;
    if (state.kind !== 'none' && backendId(state.profile) === backendId(profile)) await connection.open();
    showDone(t('Runglass: {0} is removed.', profile.label));
  }
}
