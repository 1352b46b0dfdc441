import { t } from '../../shared/l10n.ts';
import { RunglassError } from '../../shared/status.ts';
import { describeError } from '../platform/log.ts';
import { problemOf } from '../platform/problem.ts';
import type { Log } from '../sync/types.ts';
import { problemLine } from '../words.ts';
import { askActivityConsent } from './consent.ts';
import { ask, type StepResult } from './form.ts';
import { checkPublishableKey, labelOf, normalizeUrl, type RemoteProfile } from './profiles.ts';
import type { StoredSession } from './session.ts';
import { type CompleteSignIn, completeSignIn, type SignInInput } from './signInInput.ts';

export interface SignInApi {
  /** Rejects with `RunglassError` when this is no backend of ours. */
  checkBackend(endpoint: { readonly url: string; readonly publishableKey: string }): Promise<void>;
  signInWithPassword(
    endpoint: { readonly url: string; readonly publishableKey: string },
    email: string,
    password: string,
  ): Promise<StoredSession>;
}

export interface SignedIn {
  readonly profile: RemoteProfile;
  readonly session: StoredSession;
  /** Whether editor events may be sent to this backend. */
  readonly consent: boolean;
}

type Step = 'url' | 'publishableKey' | 'email' | 'password' | 'consent';
const steps: readonly Step[] = ['url', 'publishableKey', 'email', 'password', 'consent'];

/** Signs in with an input that leaves nothing to ask; rejects with `RunglassError`. */
export async function signInDirectly(input: CompleteSignIn, api: SignInApi): Promise<SignedIn> {
  const url = normalizeUrl(input.url);
  if (url === null) throw new RunglassError({ reason: 'badUrl', detail: 'Not an http or https URL.' });
  const refused = checkPublishableKey(input.publishableKey);
  if (refused) throw new RunglassError(refused);
  const profile = profileOf({ ...input, url });
  await api.checkBackend(profile);
  const session = await api.signInWithPassword(profile, input.email, input.password);
  return { profile, session, consent: input.consent };
}

/**
 * The sign-in form: URL, key, e-mail, password, consent, each checked when it is entered. What was entered is kept
 * when something is wrong and when the user goes back. Null when the user leaves.
 */
export async function signInForm(
  input: SignInInput,
  firstStep: 'url' | 'email',
  api: SignInApi,
  log: Log,
): Promise<SignedIn | null> {
  const form = new SignInForm(input, api, log);
  return await form.run(steps.indexOf(firstStep));
}

class SignInForm {
  readonly #api: SignInApi;
  readonly #log: Log;
  #values: SignInInput;
  #session: StoredSession | null = null;

  constructor(values: SignInInput, api: SignInApi, log: Log) {
    this.#values = values;
    this.#api = api;
    this.#log = log;
  }

  async run(first: number): Promise<SignedIn | null> {
    let index = first;
    for (;;) {
      const step = steps[index];
      if (!step) break;
      const answer = await this.#ask(step, index);
      if (answer === 'cancel') return null;
      if (answer === 'back' && index > 0) index -= 1;
      if (answer === 'next') index += 1;
    }
    const complete = completeSignIn(this.#values);
    if (!complete || !this.#session) return null;
    return { profile: profileOf(complete), session: this.#session, consent: complete.consent };
  }

  #ask(step: Step, index: number): Promise<StepResult> {
    const common = { step: index + 1, totalSteps: steps.length, title: t('Connect to Supabase') };
    switch (step) {
      case 'url':
        return ask({
          ...common,
          value: this.#values.url,
          prompt: t('Project URL (Project Settings > Data API)'),
          placeholder: 'https://abcd.supabase.co',
          accept: async (value) => this.#acceptUrl(value),
        });
      case 'publishableKey':
        return ask({
          ...common,
          value: this.#values.publishableKey,
          prompt: t('Publishable (or anon) key (Project Settings > API Keys). It is not a secret key.'),
          placeholder: 'sb_publishable_…',
          accept: (value) => this.#acceptKey(value),
        });
      case 'email':
        return ask({
          ...common,
          value: this.#values.email,
          prompt: t('E-mail of your account at {0}', hostOf(this.#values.url)),
          placeholder: 'you@example.com',
          accept: async (value) => this.#acceptEmail(value),
        });
      case 'password':
        return ask({
          ...common,
          value: this.#values.password,
          password: true,
          prompt: t('Password of {0}', this.#values.email),
          accept: (value) => this.#acceptPassword(value),
        });
      case 'consent':
        return this.#askConsent(common);
      default:
        return step satisfies never;
    }
  }

  #acceptUrl(value: string): string | null {
    const url = normalizeUrl(value);
    if (url === null) return t('Enter a URL that starts with https:// (or http://).');
    this.#values = { ...this.#values, url };
    return null;
  }

  async #acceptKey(value: string): Promise<string | null> {
    const publishableKey = value.trim();
    if (publishableKey === '') return t('Enter the key of the project.');
    const refused = checkPublishableKey(publishableKey);
    if (refused) return problemLine(refused);
    this.#values = { ...this.#values, publishableKey };
    return await this.#attempt(() => this.#api.checkBackend(this.#values));
  }

  #acceptEmail(value: string): string | null {
    const email = value.trim();
    if (!/^[^\s@]+@[^\s@]+$/.test(email)) return t('Enter an e-mail address.');
    this.#values = { ...this.#values, email };
    return null;
  }

  async #acceptPassword(password: string): Promise<string | null> {
    if (password === '') return t('Enter the password.');
    this.#values = { ...this.#values, password };
    return await this.#attempt(async () => {
      this.#session = await this.#api.signInWithPassword(this.#values, this.#values.email, password);
    });
  }

  /** Leaving this last step is a no to the question, not to signing in. */
  async #askConsent(common: { step: number; totalSteps: number; title: string }): Promise<StepResult> {
    const answer = await askActivityConsent(common, hostOf(this.#values.url));
    if (answer === 'back') return answer;
    this.#values = { ...this.#values, consent: answer === true };
    return 'next';
  }

  /** What is wrong and what to do, or null when `task` succeeds. */
  async #attempt(task: () => Promise<void>): Promise<string | null> {
    try {
      await task();
      return null;
    } catch (error) {
      this.#log.warn(`Sign-in: ${describeError(error)}`);
      return problemLine(problemOf(error));
    }
  }
}

function profileOf({ url, publishableKey }: CompleteSignIn): RemoteProfile {
  return { kind: 'remote', url, publishableKey, label: labelOf(url) };
}

function hostOf(url: string): string {
  return URL.canParse(url) ? labelOf(url) : url;
}
