import * as vscode from 'vscode';
import { t } from '../../shared/l10n.ts';
import { RunglassError } from '../../shared/status.ts';
import { problemOf } from '../platform/problem.ts';
import { showProblem } from '../platform/showProblem.ts';
import type { Log } from '../sync/types.ts';
import { problemLine } from '../words.ts';
import type { Connection } from './connection.ts';
import { askActivityConsent } from './consent.ts';
import type { Profiles } from './profiles.ts';
import { type SignedIn, type SignInApi, signInDirectly, signInForm } from './signIn.ts';
import { completeSignIn, decodeSelect, decodeSignIn, type SignInInput } from './signInInput.ts';

export interface AccountCommandsOptions {
  readonly connection: Connection;
  readonly profiles: Profiles;
  readonly api: SignInApi;
  readonly log: Log;
  /** Sends the events that are pending, in bounded time, and forgets the rest. */
  readonly endActivity: () => Promise<void>;
  /** The answer to whether events may be sent has changed. */
  readonly consentChanged: () => void;
}

/** The commands that choose a backend and sign in or out. Each also takes its answers as an argument. */
export class AccountCommands {
  readonly #options: AccountCommandsOptions;

  constructor(options: AccountCommandsOptions) {
    this.#options = options;
  }

  readonly useEmbedded = async (_argument?: unknown): Promise<void> => {
    const { connection } = this.#options;
    const title = t('Runglass: starting the local backend…');
    await vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title }, () =>
      connection.chooseEmbedded(),
    );
    this.#reportFailure();
  };

  readonly selectBackend = async (argument: unknown): Promise<void> => {
    if (argument !== undefined) {
      const choice = decodeSelect(argument);
      if (!choice) throw new Error(t('Runglass: this is no description of a backend.'));
      if (choice.kind === 'embedded') return await this.useEmbedded();
      return await this.signIn({ url: choice.url, publishableKey: choice.publishableKey });
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
    else if (picked) await this.#signInTo({}, 'url');
  };

  readonly signIn = async (argument: unknown): Promise<void> => {
    const input = decodeSignIn(argument);
    if (!input) throw new Error(t('Runglass: this is no description of a sign-in.'));
    const current = this.#options.profiles.current;
    const isEmpty = !input.url && !input.publishableKey && !input.email && !input.password;
    if (isEmpty && current?.kind === 'embedded') return await this.useEmbedded();
    const firstStep = isEmpty && current ? 'email' : 'url';
    await this.#signInTo(input, firstStep);
  };

  readonly signOut = async (): Promise<void> => {
    await this.#options.endActivity();
    await this.#options.connection.signOut();
  };

  readonly agreeToActivity = async (): Promise<void> => {
    const { profiles, connection, consentChanged } = this.#options;
    const { state } = connection;
    if (state.kind === 'none' || state.profile.kind !== 'remote') return;
    const { profile } = state;
    const step = { step: 1, totalSteps: 1, title: t('Runglass: Editor Activity') };
    const before = profiles.consentTo(profile);
    const answer = await askActivityConsent(step, profile.label, before);
    if (typeof answer !== 'boolean') return;
    await profiles.setAgreed(profile, answer);
    consentChanged();
    if (answer || before === 'none') return;
    const message = t('Nothing more is sent to {0}, and what waited is forgotten.', profile.label);
    void vscode.window.showInformationMessage(`Runglass: ${message}`);
  };

  async #signInTo(input: Partial<SignInInput>, firstStep: 'url' | 'email'): Promise<void> {
    const { profiles, connection, api, log } = this.#options;
    const current = profiles.current;
    const known = current?.kind === 'remote' ? current : { url: '', publishableKey: '' };
    const merged: SignInInput = {
      url: input.url || known.url,
      publishableKey: input.publishableKey || known.publishableKey,
      email: input.email ?? '',
      password: input.password ?? '',
      consent: input.consent,
    };
    const complete = completeSignIn(merged);
    const signedIn = complete
      ? await direct(() => signInDirectly(complete, api))
      : await signInForm(merged, firstStep, api, log);
    if (!signedIn) return;
    const { profile, session, consent } = signedIn;
    await profiles.setAgreed(profile, consent);
    await connection.signIn(profile, profile, session);
    this.#options.consentChanged();
    this.#reportFailure();
  }

  /** The user has just asked for a backend, so a failure is told once, beside the dashboard. */
  #reportFailure(): void {
    const { state } = this.#options.connection;
    if (state.kind === 'failed') showProblem(problemLine(state.problem));
  }
}

/** Failures of a sign-in without a form, in words, for whoever ran the command. */
async function direct(task: () => Promise<SignedIn>): Promise<SignedIn> {
  try {
    return await task();
  } catch (error) {
    if (!(error instanceof RunglassError)) throw error;
    throw new Error(problemLine(problemOf(error)), { cause: error });
  }
}
