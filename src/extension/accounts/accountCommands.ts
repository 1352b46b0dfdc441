import type { Log } from '../sync/types.ts';
import { BackendCommands } from './backends/backendCommands.ts';
import type { BackendApi } from './backends/backendForm.ts';
import type { Connection } from './connection.ts';
import { backendId, type Profiles, type RemoteProfile } from './profiles.ts';
import { SetUpCommands } from './setUp/setUpCommands.ts';
import type { PendingSignIns } from './signIn/pendingSignIns.ts';
import { SignInCommands } from './signIn/signInCommands.ts';
import type { SignInApi } from './signIn/signInForm.ts';
import { nothingKnown } from './signIn/signInInput.ts';
import type { Account } from './types.ts';

export interface AccountCommandsOptions {
  readonly connection: Connection;
  readonly profiles: Profiles;
  readonly checks: BackendApi;
  readonly api: SignInApi;
  /** Sign-ins that a browser has not come back from. */
  readonly pending: PendingSignIns;
  /** Who is signed in to a backend, chosen or not; nobody is asked. */
  readonly accountOf: (profile: RemoteProfile) => Promise<Account | null>;
  /** The folder that has migrations/ and remove.sql. */
  readonly sqlFolder: string;
  /** Tries again to connect, and checks all rows. */
  readonly refresh: () => Promise<void>;
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
  readonly setUp: SetUpCommands;

  constructor(options: AccountCommandsOptions) {
    const { checks, profiles, connection, refresh, sqlFolder } = options;
    this.setUp = new SetUpCommands({
      folder: sqlFolder,
      current: () => (connection.state.kind === 'none' ? null : connection.state.profile),
      isSetUp: async (profile) => (await checks.checkSchema(profile)).kind === 'whole',
      connectAgain: async (profile) => {
        if (profiles.current && backendId(profiles.current) === backendId(profile)) await refresh();
      },
    });
    this.backends = new BackendCommands({
      ...options,
      api: checks,
      setUp: this.setUp,
      signOutOf: (profile) => this.signIn.signOutOf(profile),
      signInTo: (...account) => this.signIn.signInTo(...account),
    });
    this.signIn = new SignInCommands({
      ...options,
      connect: (input) => this.backends.connect(input),
      useEmbedded: () => this.backends.useEmbedded(),
    });
  }

  /** Asks for an account of `profile`, or of whichever backend the user names, and connects; null when nobody signs in. */
  async askForAccount(profile: RemoteProfile | null): Promise<RemoteProfile | null> {
    if (!profile) return await this.backends.connect(nothingKnown);
    return (await this.signIn.signInTo(profile, nothingKnown, false)) === 'signedIn' ? profile : null;
  }
}
