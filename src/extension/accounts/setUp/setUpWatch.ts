import { setTimeout as pause } from 'node:timers/promises';
import * as vscode from 'vscode';
import { t } from '../../../shared/l10n.ts';
import { describeError } from '../../platform/log.ts';
import { problemOf } from '../../platform/problem.ts';
import { showProblem } from '../../platform/showProblem.ts';
import { problemLine, withoutLinks } from '../../words.ts';
import type { RemoteProfile } from '../profiles.ts';

export interface Following {
  /** What the user is to do. */
  readonly message: string;
  /** Null when it is not known where; then nothing is looked at. */
  readonly profile: RemoteProfile | null;
  /** A help with it. */
  readonly action: {
    readonly title: string;
    readonly run: () => Promise<void>;
    /** It leads to a question of its own, which takes the place of this one. */
    readonly asksAnew?: boolean;
  };
  /** Once it is done. */
  readonly then: () => Promise<void>;
}

/** What is still to be done, or why nobody knows, in words. */
interface Lacking {
  readonly problem: string;
}

/** A database is looked at this often, ms. */
const interval = 3_000;
/** So long it is looked at, ms; then the user is asked anew. */
const quarterOfAnHour = 15 * 60_000;

/** Tells the user what to do with a database, and goes on by itself as soon as that is done. */
export class SetUpWatch {
  readonly #isSetUp: (profile: RemoteProfile) => Promise<boolean>;
  readonly #patience: number;

  constructor(isSetUp: (profile: RemoteProfile) => Promise<boolean>, patience = quarterOfAnHour) {
    this.#isSetUp = isSetUp;
    this.#patience = patience;
  }

  /** Asks without waiting for an answer. */
  follow(following: Following): void {
    this.#follow(following).catch((error: unknown) => showProblem(describeError(error)));
  }

  async #follow(following: Following): Promise<void> {
    const { message, profile, action, then } = following;
    const check = t('Check Again');
    const wait = t('Wait for It');
    const buttons = profile ? [action.title, check, wait] : [action.title];
    const picked = await vscode.window.showInformationMessage(message, ...buttons);
    if (picked === action.title) await action.run();
    if (picked === undefined || !profile || (picked === action.title && action.asksAnew)) return;
    const found = picked === check ? await this.#look(profile) : await this.#wait(profile);
    if (found === 'cancelled') return;
    if (found === null) return await then();
    await this.#follow({ ...following, message: `Runglass: ${found.problem}` });
  }

  async #wait(profile: RemoteProfile): Promise<Lacking | null | 'cancelled'> {
    const title = t('Runglass: waiting until {0} is set up…', withoutLinks(profile.label));
    const progress = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
    return await vscode.window.withProgress(progress, async (_, cancelled) => {
      const abort = new AbortController();
      cancelled.onCancellationRequested(() => abort.abort());
      const end = Date.now() + this.#patience;
      for (;;) {
        const found = await this.#look(profile);
        if (abort.signal.aborted) return 'cancelled';
        if (found === null) return null;
        if (Date.now() >= end)
          return {
            problem: t('{0} Runglass has looked for 15 minutes, and has stopped.', found.problem),
          };
        await pause(interval, undefined, { signal: abort.signal }).catch(() => {});
      }
    });
  }

  /** Null when it is done. */
  async #look(profile: RemoteProfile): Promise<Lacking | null> {
    try {
      if (await this.#isSetUp(profile)) return null;
      return { problem: withoutLinks(t('{0} is not set up yet, or only in part.', profile.label)) };
    } catch (error) {
      return { problem: withoutLinks(problemLine(problemOf(error))) };
    }
  }
}
