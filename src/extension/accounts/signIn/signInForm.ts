import { type Disposable, DisposableStore } from '../../../shared/disposable.ts';
import { t } from '../../../shared/l10n.ts';
import { showProblem } from '../../platform/showProblem.ts';
import type { Log } from '../../sync/types.ts';
import {
  ask,
  askChoice,
  attempt,
  type Choice,
  runSteps,
  type StepOptions,
  type StepResult,
} from '../form.ts';
import type { RemoteProfile } from '../profiles.ts';
import type { StoredSession } from '../session.ts';
import type { Endpoint } from '../types.ts';
import { type BrowserAuth, BrowserSignIn } from './browserSignIn.ts';
import { askBrowserStep, type BrowserStepOptions } from './browserStep.ts';
import { callbackAddress, copyAddress, openInBrowser } from './browserWindow.ts';
import { askActivityConsent } from './consent.ts';
import type { PendingSignIns } from './pendingSignIns.ts';
import { providerName } from './providers.ts';
import type { CompleteSignIn, SignInInput } from './signInInput.ts';

/** The part of the auth service that signing in needs; all but `ways` reject with `RunglassError`. */
export interface SignInAuth extends BrowserAuth {
  /** What the server offers. */
  ways(): Promise<{ readonly email: boolean; readonly providers: readonly string[] }>;
  signInWithPassword(email: string, password: string): Promise<StoredSession>;
}

export interface SignInApi {
  openAuth(endpoint: Endpoint): Promise<SignInAuth>;
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
  const auth = await api.openAuth(profile);
  return { session: await auth.signInWithPassword(email, password), consent };
}

export interface SignInFormOptions {
  readonly profile: RemoteProfile;
  /** What is known already. */
  readonly known: Pick<SignInInput, 'email' | 'password'>;
  /** The first step leads back to another form. */
  readonly canGoBack: boolean;
  readonly api: SignInApi;
  readonly pending: PendingSignIns;
  readonly log: Log;
}

type Way =
  | { readonly kind: 'password' }
  | { readonly kind: 'mail' }
  | { readonly kind: 'provider'; readonly provider: string };

/**
 * The sign-in form: the way, what that takes, consent; each is checked when it is entered. What was entered is kept when
 * something is wrong and when the user goes back.
 */
export async function askSignIn(options: SignInFormOptions): Promise<SignedIn | 'back' | 'cancel'> {
  const store = new DisposableStore();
  try {
    const auth = await options.api.openAuth(options.profile);
    const { profile, pending } = options;
    const browser = store.add(new BrowserSignIn({ profile, auth, pending, callbackAddress }));
    return await store.add(new SignInForm(options, auth, browser)).ask();
  } finally {
    store.dispose();
  }
}

class SignInForm implements Disposable {
  readonly #options: SignInFormOptions;
  readonly #auth: SignInAuth;
  readonly #browser: BrowserSignIn;
  #email: string;
  #password: string;
  /** To whom the last mail went. */
  #mailedTo: string | null = null;
  #session: StoredSession | null = null;
  #consent = false;
  #isOver = false;

  constructor(options: SignInFormOptions, auth: SignInAuth, browser: BrowserSignIn) {
    this.#options = options;
    this.#auth = auth;
    this.#browser = browser;
    this.#email = options.known.email;
    this.#password = options.known.password;
  }

  async ask(): Promise<SignedIn | 'back' | 'cancel'> {
    const { email, password } = this.#options.known;
    if (email || password) return this.#end(await runSteps(this.#steps({ kind: 'password' }, 0)));
    const ways = this.#auth.ways().then(waysOf);
    for (;;) {
      const way = await askChoice({
        ...this.#step(1, undefined),
        placeholder: t('How do you want to sign in?'),
        choices: ways,
      });
      if (typeof way === 'string') return way;
      const ended = await runSteps(this.#steps(way.value, 1));
      if (ended !== 'back') return this.#end(ended);
    }
  }

  #end(ended: StepResult): SignedIn | 'back' | 'cancel' {
    if (ended !== 'next') return ended;
    const session = this.#session;
    this.#session = null;
    return session ? { session, consent: this.#consent } : 'cancel';
  }

  /** Whoever goes back from the last step and leaves has a session that nobody wants; the server need not keep it. */
  dispose(): void {
    this.#isOver = true;
    this.#take(null);
  }

  /** What a way takes, after `before` other steps. */
  #steps(way: Way, before: number): (() => Promise<StepResult>)[] {
    const total = before + (way.kind === 'provider' ? 2 : 3);
    const step = (number: number) => this.#step(before + number, total);
    const consent = () => this.#askConsent(total);
    switch (way.kind) {
      case 'password':
        return [() => this.#askEmail(step(1)), () => this.#askPassword(step(2)), consent];
      case 'mail':
        return [() => this.#askEmailToMail(step(1)), () => this.#askCode(step(2)), consent];
      case 'provider':
        return [() => this.#askBrowser(step(1), way.provider), consent];
      default:
        return way satisfies never;
    }
  }

  #step(step: number, totalSteps: number | undefined): StepOptions {
    const { profile, canGoBack } = this.#options;
    return {
      title: t('Sign In to {0}', profile.label),
      ...{ step, totalSteps, canGoBack: canGoBack || step > 1 },
    };
  }

  #askEmail(step: StepOptions, go: () => Promise<string | null> = async () => null) {
    return ask({
      ...step,
      value: this.#email,
      prompt: t('E-mail of your account at {0}', this.#options.profile.label),
      placeholder: 'you@example.com',
      accept: async (value) => {
        this.#email = value.trim();
        if (!/^[^\s@]+@[^\s@]+$/.test(this.#email)) return t('Enter an e-mail address.');
        return await go();
      },
    });
  }

  #askPassword(step: StepOptions): Promise<StepResult> {
    return ask({
      ...step,
      value: this.#password,
      password: true,
      prompt: t('Password of {0}', this.#email),
      accept: async (value) => {
        if (value === '') return t('Enter the password.');
        this.#password = value;
        return await attempt(
          async () => this.#take(await this.#auth.signInWithPassword(this.#email, value)),
          this.#options.log,
        );
      },
    });
  }

  #askEmailToMail(step: StepOptions): Promise<StepResult> {
    return this.#askEmail(step, async () => {
      // Whoever went back has the mail already, and the server would not send another one so soon.
      if (this.#mailedTo === this.#email) return null;
      return await this.#mail();
    });
  }

  async #mail(): Promise<string | null> {
    const email = this.#email;
    const error = await attempt(() => this.#browser.mail(email), this.#options.log);
    this.#mailedTo = error === null ? email : null;
    return error;
  }

  #askCode(step: StepOptions): Promise<StepResult> {
    const { label } = this.#options.profile;
    const again = async () => {
      const error = await this.#mail();
      return error === null
        ? { prompt: t('A new mail has been sent to {0}. Enter its code, or open its link.', this.#email) }
        : { error };
    };
    return this.#wait({
      ...step,
      prompt: t(
        'A mail has been sent to {0}. Enter its code, open its link, or paste the link here.',
        this.#email,
      ),
      nothing: t('Enter the 6 to 10 digits of the mail, or paste its link.'),
      away: t('Runglass: signing in to {0} goes on when the link of the mail is opened.', label),
      buttons: [{ icon: 'mail', tooltip: t('Send Again'), run: again }],
    });
  }

  async #askBrowser(step: StepOptions, provider: string): Promise<StepResult> {
    const { profile, log } = this.#options;
    const withPage = (use: (page: string) => Promise<void>) =>
      attempt(async () => use(await this.#browser.authorize(provider)), log);
    const open = () => withPage(openInBrowser);
    const error = await open();
    if (error !== null) {
      showProblem(error);
      return 'back';
    }
    const openAgain = async () => ({ error: (await open()) ?? undefined });
    const copy = async () => {
      const refused = await withPage(copyAddress);
      if (refused !== null) return { error: refused };
      return { prompt: t('The link was copied. Open it in a browser; it works for ten minutes.') };
    };
    return await this.#wait({
      ...step,
      prompt: t(
        'Go on in the browser. If it does not lead back here, paste the address at which it ends, or the code in it.',
      ),
      nothing: t('Paste the address at which the browser ended, or the code in it.'),
      away: t('Runglass: signing in to {0} goes on when the browser comes back.', profile.label),
      buttons: [
        { icon: 'link-external', tooltip: t('Open Again'), run: openAgain },
        { icon: 'copy', tooltip: t('Copy Link'), run: copy },
      ],
    });
  }

  #wait(options: Omit<BrowserStepOptions, 'browser' | 'take' | 'log'>): Promise<StepResult> {
    const take = (session: StoredSession) => this.#take(session);
    return askBrowserStep({ ...options, browser: this.#browser, take, log: this.#options.log });
  }

  /** Leaving this last step is a no to the question, not to signing in. */
  async #askConsent(total: number): Promise<StepResult> {
    const { profile } = this.#options;
    const answer = await askActivityConsent(this.#step(total, total), profile.label);
    if (answer === 'back') return answer;
    this.#consent = answer === true;
    return 'next';
  }

  /** One that was begun before, or comes when the form is gone, is not left behind on the server. */
  #take(session: StoredSession | null): void {
    const unwanted = [this.#session, this.#isOver ? session : null];
    this.#session = this.#isOver ? null : session;
    for (const one of unwanted) if (one) this.#auth.signOut(one.accessToken).catch(() => {});
  }
}

function waysOf({
  email,
  providers,
}: {
  readonly email: boolean;
  readonly providers: readonly string[];
}): readonly Choice<Way>[] {
  const byEmail: readonly Choice<Way>[] = [
    { label: t('$(key) E-mail and password'), value: { kind: 'password' } },
    {
      label: t('$(mail) E-mail with a code or a link'),
      detail: t('A mail is sent to you. No password.'),
      value: { kind: 'mail' },
    },
  ];
  const byProvider = providers.map(
    (provider): Choice<Way> => ({
      label: t('$(globe) {0}', providerName(provider)),
      detail: t('In your browser, which then leads back here.'),
      value: { kind: 'provider', provider },
    }),
  );
  // A server that offers neither may be one whose settings we cannot read.
  return email || byProvider.length === 0 ? [...byEmail, ...byProvider] : byProvider;
}
