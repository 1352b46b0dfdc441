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

/** A database is looked at this often, ms. */
const interval = 3_000;
/** Nobody waits for longer than this, ms. */
const patience = 15 * 60_000;

/** Tells the user what to do with a database, and goes on by itself as soon as that is done. */
export class SetUpWatch {
  readonly #isSetUp: (profile: RemoteProfile) => Promise<boolean>;

  constructor(isSetUp: (profile: RemoteProfile) => Promise<boolean>) {
    this.#isSetUp = isSetUp;
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
    if (picked !== check) return await this.#wait(profile, then);
    const problem = await this.#look(profile);
    if (problem === null) return await then();
    await this.#follow({ ...following, message: `Runglass: ${problem}` });
  }

  async #wait(profile: RemoteProfile, then: () => Promise<void>): Promise<void> {
    const title = t('Runglass: waiting until {0} is set up…', withoutLinks(profile.label));
    const progress = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
    const isDone = await vscode.window.withProgress(progress, async (_, cancelled) => {
      const abort = new AbortController();
      cancelled.onCancellationRequested(() => abort.abort());
      const end = Date.now() + patience;
      while (!abort.signal.aborted && Date.now() < end) {
        if ((await this.#look(profile)) === null) return true;
        await pause(interval, undefined, { signal: abort.signal }).catch(() => {});
      }
      return false;
    });
    if (isDone) await then();
  }

  /** What is still to be done, or why nobody knows; null when it is done. */
  async #look(profile: RemoteProfile): Promise<string | null> {
    try {
      if (await this.#isSetUp(profile)) return null;
      return withoutLinks(t('{0} is not set up yet, or only in part.', profile.label));
    } catch (error) {
      return withoutLinks(problemLine(problemOf(error)));
    }
  }
}
