import type { Log } from '../sync/types.ts';
import { BackendCommands } from './backends/backendCommands.ts';
import type { BackendApi } from './backends/backendForm.ts';
import type { Connection } from './connection.ts';
import type { Profiles, RemoteProfile } from './profiles.ts';
import type { PendingSignIns } from './signIn/pendingSignIns.ts';
import { SignInCommands } from './signIn/signInCommands.ts';
import type { SignInApi } from './signIn/signInForm.ts';
import { nothingKnown } from './signIn/signInInput.ts';

export interface AccountCommandsOptions {
  readonly connection: Connection;
  readonly profiles: Profiles;
  readonly api: BackendApi & SignInApi;
  /** Sign-ins that a browser has not come back from. */
  readonly pending: PendingSignIns;
  readonly log: Log;
  /** Sends the events that are pending, in bounded time, and forgets the rest. */
  readonly endActivity: () => Promise<void>;
  /** The answer to whether events may be sent has changed. */
  readonly consentChanged: () => void;
}

/** The commands that choose a backend and sign in or out: connecting leads to signing in, and back. */
export class AccountCommands {
  readonly backends: BackendCommands;
  readonly signIn: SignInCommands;

  constructor(options: AccountCommandsOptions) {
    this.backends = new BackendCommands({
      ...options,
      signInTo: (...account) => this.signIn.signInTo(...account),
    });
    this.signIn = new SignInCommands({
      ...options,
      connect: (input) => this.backends.connect(input),
      useEmbedded: () => this.backends.useEmbedded(),
    });
  }
  /** Asks for an account of `profile`, or of whichever backend the user names, and connects. */
  async askForAccount(profile: RemoteProfile | null): Promise<void> {
    if (profile) await this.signIn.signInTo(profile, nothingKnown, false);
    else await this.backends.connect(nothingKnown);
  }
}
