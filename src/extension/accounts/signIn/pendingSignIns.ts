import * as v from 'valibot';
import type { Disposable } from '../../../shared/disposable.ts';
import { createSecret, sameSecret } from '../../platform/randomSecret.ts';
import type { SecretStore } from '../../platform/secrets.ts';
import type { RemoteProfile } from '../profiles.ts';
import type { Answer } from './callback.ts';

/** A browser has so long to come back, ms. */
const browserPatience = 600_000;
/** A mail may take a while, and Supabase's links work for an hour, ms. */
const mailPatience = 3_600_000;
/** Older ones give way: nobody waits for so many. */
const maxPending = 8;

const answerSchema = v.variant('kind', [
  v.object({ kind: v.literal('code'), code: v.string() }),
  v.object({ kind: v.literal('refused'), error: v.string(), code: v.string(), detail: v.string() }),
]);
const pendingSchema = v.object({
  /** Names it in the address that the browser comes back to; of no use to anybody but its server and us. */
  state: v.string(),
  /** What its code is redeemed with. */
  verifier: v.string(),
  profile: v.object({
    kind: v.literal('remote'),
    url: v.string(),
    publishableKey: v.string(),
    label: v.string(),
  }),
  /** Whom the mail went to; null when a provider says who it is. */
  email: v.nullable(v.string()),
  /** ms since 1970. */
  startedAt: v.number(),
  answer: v.nullable(answerSchema),
});
/** A sign-in that a browser has not come back from, or whose answer nobody has taken yet. */
export type PendingSignIn = v.InferOutput<typeof pendingSchema>;

export interface PendingSignInsOptions {
  readonly store: SecretStore;
  /** Runs a task while no other window runs one. */
  readonly lock: <T>(task: () => Promise<T>) => Promise<T>;
  readonly now: () => number;
}

/**
 * Sign-ins that wait for a browser, in the secret store: the browser may come back to another window than the one that
 * asked, or after a restart.
 *
 *   begin -- the browser comes back, to any window --> answered -- the window that asked takes it
 *                                                              \-- after a while, any other one
 *
 * A state is answered once and taken once, and is forgotten after ten minutes (a mail's after an hour).
 */
export class PendingSignIns {
  readonly #options: PendingSignInsOptions;

  constructor(options: PendingSignInsOptions) {
    this.#options = options;
  }

  async begin(profile: RemoteProfile, email: string | null): Promise<PendingSignIn> {
    const { kind, url, publishableKey, label } = profile;
    const started: PendingSignIn = {
      state: createSecret(),
      verifier: createSecret(),
      profile: { kind, url, publishableKey, label },
      ...{ email, startedAt: this.#options.now(), answer: null },
    };
    await this.#change((pending) => [...pending.slice(1 - maxPending), started]);
    return started;
  }

  /** Whether a browser may still come back to it. */
  async isOpen(state: string): Promise<boolean> {
    return (await this.#read()).some((one) => !one.answer && sameSecret(one.state, state));
  }

  /** What a browser came back with; false when nobody asked for it, or it was answered before. */
  async answer(state: string, answer: Answer): Promise<boolean> {
    let known = false;
    await this.#change((pending) =>
      pending.map((one) => {
        if (one.answer || !sameSecret(one.state, state)) return one;
        known = true;
        return { ...one, answer };
      }),
    );
    return known;
  }

  /** Ends one, with its answer if there is any; null when somebody else has taken it, or it was too long ago. */
  async take(state: string): Promise<PendingSignIn | null> {
    let taken: PendingSignIn | null = null;
    await this.#change((pending) =>
      pending.filter((one) => {
        if (!sameSecret(one.state, state)) return true;
        taken = one;
        return false;
      }),
    );
    return taken;
  }

  /** Ends all of a backend, and those that are too old. */
  async forget({ url }: RemoteProfile): Promise<void> {
    await this.#change((pending) => pending.filter(({ profile }) => profile.url !== url));
  }

  /** Calls `found` with the answer once there is one, in whichever window it arrives; it is taken with that. */
  await(state: string, found: (answer: Answer, pending: PendingSignIn) => void): Disposable {
    let over = false;
    const look = async () => {
      const isAnswered = (await this.#read()).some((one) => one.answer && sameSecret(one.state, state));
      if (!isAnswered || over) return;
      const taken = await this.take(state);
      if (taken?.answer && !over) found(taken.answer, taken);
    };
    const listening = this.#options.store.onDidChange(() => void look());
    return {
      dispose: () => {
        over = true;
        listening.dispose();
      },
    };
  }

  #change(change: (pending: readonly PendingSignIn[]) => readonly PendingSignIn[]): Promise<void> {
    const { store, lock } = this.#options;
    return lock(async () => {
      const before = await this.#read();
      const after = change(before);
      if (after.length > 0) await store.write(JSON.stringify(after));
      else await store.remove();
    });
  }

  /** Those that are not too old. */
  async #read(): Promise<readonly PendingSignIn[]> {
    const { store, now } = this.#options;
    const text = (await store.read()) ?? '[]';
    const { success, output } = v.safeParse(v.pipe(v.string(), v.parseJson(), v.array(pendingSchema)), text);
    if (!success) return [];
    return output.filter(({ email, startedAt }) => {
      const age = now() - startedAt;
      return age >= 0 && age < (email === null ? browserPatience : mailPatience);
    });
  }
}
