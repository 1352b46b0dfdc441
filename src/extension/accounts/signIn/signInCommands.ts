import * as vscode from 'vscode';
import { t } from '../../../shared/l10n.ts';
import { describeError } from '../../platform/log.ts';
import { problemOf } from '../../platform/problem.ts';
import { sayFirst } from '../../platform/sayFirst.ts';
import { showProblem } from '../../platform/showProblem.ts';
import type { Log } from '../../sync/types.ts';
import { problemLine } from '../../words.ts';
import type { Connection } from '../connection.ts';
import { direct } from '../direct.ts';
import { backendId, type Profile, type Profiles, type RemoteProfile } from '../profiles.ts';
import type { Account } from '../types.ts';
import { redeem } from './browserSignIn.ts';
import { askActivityConsent } from './consent.ts';
import type { PendingSignIn, PendingSignIns } from './pendingSignIns.ts';
import { returnFromBrowser } from './returnFromBrowser.ts';
import { askSignIn, type SignedIn, type SignInApi, signInDirectly } from './signInForm.ts';
import { completeSignIn, decodeSignIn, type SignInInput } from './signInInput.ts';

export interface SignInCommandsOptions {
  readonly connection: Connection;
  readonly profiles: Profiles;
  readonly api: SignInApi;
  readonly pending: PendingSignIns;
  readonly log: Log;
  /** Who is signed in to a backend, chosen or not; nobody is asked. */
  readonly accountOf: (profile: RemoteProfile) => Promise<Account | null>;
  /** Asks for a backend as far as it is not known, then for the account. */
  readonly connect: (input: SignInInput) => Promise<unknown>;
  readonly useEmbedded: () => Promise<void>;
  /** Sends the events that are pending, in bounded time, and forgets the rest. */
  readonly endActivity: () => Promise<void>;
  /** The answer to whether events may be sent has changed. */
  readonly consentChanged: () => void;
}

/** How a form that signs in ended; `back` leads to what was asked before. */
export type SignInOutcome = 'signedIn' | 'back' | 'cancel';

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
    const { state } = this.#options.connection;
    if (state.kind !== 'none') await this.signOutOf(state.profile);
  };

  /** Signs out of a backend, chosen or not: ends the session on the server, and leaves nothing of the account here. */
  async signOutOf(profile: Profile): Promise<void> {
    const { connection, endActivity, pending } = this.#options;
    const { state } = connection;
    if (state.kind !== 'none' && backendId(state.profile) === backendId(profile)) await endActivity();
    const told = await connection.signOutOf(profile);
    if (profile.kind === 'remote') await pending.forget(profile);
    if (told || profile.kind === 'embedded') return;
    void vscode.window.showWarningMessage(
      t(
        'Runglass: you are signed out on this machine, and nothing of the account is left on it. {0} could not be told, so it keeps the session until that expires, or until you sign out everywhere from another client.',
        profile.label,
      ),
    );
  }

  /** A browser came back to this window. */
  readonly returnFromBrowser = (uri: vscode.Uri): Promise<void> =>
    returnFromBrowser(uri, { ...this.#options, finish: (pending) => this.#finish(pending) });

  readonly agreeToActivity = async (): Promise<void> => {
    const { profiles, connection, consentChanged } = this.#options;
    const { state } = connection;
    if (state.kind === 'none') return sayFirst('none');
    const { profile } = state;
    if (profile.kind === 'embedded') {
      const message = t(
        'Runglass: with the local backend, editor activity stays on this machine, so there is nothing to agree to. To stop it: Runglass: Pause Editor Activity.',
      );
      return void vscode.window.showInformationMessage(message);
    }
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
  async signInTo(profile: RemoteProfile, known: SignInInput, canGoBack: boolean): Promise<SignInOutcome> {
    const { api, pending, log } = this.#options;
    const complete = completeSignIn({ ...known, ...profile });
    const signedIn = complete
      ? await direct(() => signInDirectly(profile, complete, api))
      : await askSignIn({ profile, known, canGoBack, api, pending, log });
    if (signedIn === 'back' || signedIn === 'cancel') return signedIn;
    await this.#connect(profile, signedIn);
    return 'signedIn';
  }

  /** The window that asked is gone, as after a restart. */
  async #finish(pending: PendingSignIn): Promise<void> {
    const { api } = this.#options;
    const { profile, answer } = pending;
    if (!answer) return;
    try {
      const session = await redeem(pending, answer, await api.openAuth(profile));
      const step = { title: t('Sign In to {0}', profile.label), step: 1, totalSteps: 1 };
      const consent = (await askActivityConsent(step, profile.label)) === true;
      await this.#connect(profile, { session, consent });
    } catch (error) {
      this.#options.log.warn(`A sign-in that came back failed: ${describeError(error)}`);
      showProblem(problemLine(problemOf(error)));
    }
  }

  async #connect(profile: RemoteProfile, signedIn: SignedIn): Promise<void> {
    const { profiles, connection, accountOf } = this.#options;
    const former = await accountOf(profile);
    // A backend has one account here: nothing of the one before is left to the next.
    if (former && former.userId !== signedIn.session.userId) await this.signOutOf(profile);
    await profiles.setAgreed(profile, signedIn.consent);
    await connection.signIn(profile, signedIn.session);
    this.#options.consentChanged();
    const { state } = connection;
    if (state.kind === 'failed') showProblem(problemLine(state.problem));
  }
}
