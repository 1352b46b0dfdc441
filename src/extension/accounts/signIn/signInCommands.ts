import * as vscode from 'vscode';
import { t } from '../../../shared/l10n.ts';
import { showProblem } from '../../platform/showProblem.ts';
import type { Log } from '../../sync/types.ts';
import { problemLine } from '../../words.ts';
import type { Connection } from '../connection.ts';
import { direct } from '../direct.ts';
import type { Profiles, RemoteProfile } from '../profiles.ts';
import { askActivityConsent } from './consent.ts';
import { askSignIn, type SignInApi, signInDirectly } from './signInForm.ts';
import { completeSignIn, decodeSignIn, type SignInInput } from './signInInput.ts';

export interface SignInCommandsOptions {
  readonly connection: Connection;
  readonly profiles: Profiles;
  readonly api: SignInApi;
  readonly log: Log;
  /** Asks for a backend as far as it is not known, then for the account. */
  readonly connect: (input: SignInInput) => Promise<void>;
  readonly useEmbedded: () => Promise<void>;
  /** Sends the events that are pending, in bounded time, and forgets the rest. */
  readonly endActivity: () => Promise<void>;
  /** The answer to whether events may be sent has changed. */
  readonly consentChanged: () => void;
}

/** The commands that sign in and out, and ask what may be sent. Sign In also takes its answers as an argument. */
export class SignInCommands {
  readonly #options: SignInCommandsOptions;

  constructor(options: SignInCommandsOptions) {
    this.#options = options;
  }

  readonly signIn = async (argument: unknown): Promise<void> => {
    const input = decodeSignIn(argument);
    if (!input) throw new Error(t('Runglass: this is no description of a sign-in.'));
    const { profiles, connect, useEmbedded } = this.#options;
    const { current } = profiles;
    if (input.url || input.publishableKey || !current) await connect(input);
    else if (current.kind === 'remote') await this.signInTo(current, input, false);
    else if (input.email || input.password) await connect(input);
    else await useEmbedded();
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

  /** Asks for the account as far as it is not known, and connects. */
  async signInTo(profile: RemoteProfile, known: SignInInput, canGoBack: boolean): Promise<'back' | 'ended'> {
    const { profiles, connection, api, log } = this.#options;
    const complete = completeSignIn({ ...known, ...profile });
    const signedIn = complete
      ? await direct(() => signInDirectly(profile, complete, api))
      : await askSignIn({ profile, known, canGoBack, api, log });
    if (signedIn === 'back') return signedIn;
    if (signedIn === 'cancel') return 'ended';
    await profiles.setAgreed(profile, signedIn.consent);
    await connection.signIn(profile, signedIn.session);
    this.#options.consentChanged();
    const { state } = connection;
    if (state.kind === 'failed') showProblem(problemLine(state.problem));
    return 'ended';
  }
}
