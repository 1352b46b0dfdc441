import { t } from '../../../shared/l10n.ts';
import type { Log } from '../../sync/types.ts';
import type { Endpoint } from '../connection.ts';
import { ask, attempt, runSteps, type StepResult } from '../form.ts';
import type { RemoteProfile } from '../profiles.ts';
import type { StoredSession } from '../session.ts';
import { askActivityConsent } from './consent.ts';
import type { CompleteSignIn, SignInInput } from './signInInput.ts';

export interface SignInApi {
  signInWithPassword(endpoint: Endpoint, email: string, password: string): Promise<StoredSession>;
}

export interface SignedIn {
  readonly session: StoredSession;
  /** Whether editor events may be sent to this backend. */
  readonly consent: boolean;
}

/** Signs in with an input that leaves nothing to ask; rejects with `RunglassError`. */
export async function signInDirectly(
  profile: RemoteProfile,
  { email, password, consent }: CompleteSignIn,
  api: SignInApi,
): Promise<SignedIn> {
  return { session: await api.signInWithPassword(profile, email, password), consent };
}

export interface SignInFormOptions {
  readonly profile: RemoteProfile;
  /** What is known already. */
  readonly known: Pick<SignInInput, 'email' | 'password'>;
  /** The first step leads back to another form. */
  readonly canGoBack: boolean;
  readonly api: SignInApi;
  readonly log: Log;
}

/**
 * The sign-in form: e-mail, password, consent, each checked when it is entered. What was entered is kept when something
 * is wrong and when the user goes back.
 */
export async function askSignIn(options: SignInFormOptions): Promise<SignedIn | 'back' | 'cancel'> {
  const { profile, api, log, canGoBack } = options;
  let { email, password } = options.known;
  let session: StoredSession | null = null;
  let consent = false;
  const step = (number: number) => ({
    title: t('Sign In to {0}', profile.label),
    step: number,
    totalSteps: 3,
    canGoBack: canGoBack || number > 1,
  });
  const askEmail = () =>
    ask({
      ...step(1),
      value: email,
      prompt: t('E-mail of your account at {0}', profile.label),
      placeholder: 'you@example.com',
      accept: async (value) => {
        email = value.trim();
        return /^[^\s@]+@[^\s@]+$/.test(email) ? null : t('Enter an e-mail address.');
      },
    });
  const askPassword = () =>
    ask({
      ...step(2),
      value: password,
      password: true,
      prompt: t('Password of {0}', email),
      accept: async (value) => {
        if (value === '') return t('Enter the password.');
        password = value;
        return await attempt(async () => {
          session = await api.signInWithPassword(profile, email, password);
        }, log);
      },
    });
  /** Leaving this last step is a no to the question, not to signing in. */
  const askConsent = async (): Promise<StepResult> => {
    const answer = await askActivityConsent(step(3), profile.label);
    if (answer === 'back') return answer;
    consent = answer === true;
    return 'next';
  };
  const ended = await runSteps([askEmail, askPassword, askConsent]);
  if (ended !== 'next') return ended;
  return session ? { session, consent } : 'cancel';
}
