import * as vscode from 'vscode';
import { DisposableStore } from '../../../shared/disposable.ts';
import { t } from '../../../shared/l10n.ts';
import { showProblem } from '../../platform/showProblem.ts';
import type { Log } from '../../sync/types.ts';
import { ask, attempt, type InputOptions, type StepResult } from '../form.ts';
import type { StoredSession } from '../session.ts';
import type { BrowserSignIn } from './browserSignIn.ts';

export interface BrowserStepOptions extends Omit<InputOptions, 'value' | 'accept' | 'until'> {
  readonly browser: BrowserSignIn;
  readonly take: (session: StoredSession) => void;
  /** What is said to something that is neither code nor link. */
  readonly nothing: string;
  /** What is said when the form is gone, and the browser may come back all the same. */
  readonly away: string;
  readonly log: Log;
}

/**
 * Waits for the browser, and takes what is pasted meanwhile. VS Code closes a form when another one opens, as the command
 * palette, and does not say which it was; so what waits goes on until the user ends it.
 */
export async function askBrowserStep(options: BrowserStepOptions): Promise<StepResult> {
  for (;;) {
    const ended = await askForm(options);
    if (ended !== 'cancel' || !options.browser.isWaiting) return ended;
    const outcome = await waitWithoutForm(options);
    if (outcome !== 'back') return outcome;
  }
}

function askForm({ browser, take, nothing, log, ...options }: BrowserStepOptions): Promise<StepResult> {
  return ask({
    ...options,
    value: '',
    accept: async (value) => {
      let session: StoredSession | null = null;
      const error = await attempt(async () => {
        session = await browser.take(value);
      }, log);
      if (error !== null) return error;
      if (!session) return nothing;
      take(session);
      return null;
    },
    until: (end) => browser.listen((session) => void attempt(async () => take(await session), log).then(end)),
  });
}

/** `back` leads back to the form. */
async function waitWithoutForm({ browser, take, away, log }: BrowserStepOptions): Promise<StepResult> {
  const store = new DisposableStore();
  const cameBack = new Promise<StepResult>((resolve) => {
    const end = (error: string | null) => {
      if (error !== null) showProblem(error);
      resolve(error === null ? 'next' : 'cancel');
    };
    store.add(browser.listen((session) => void attempt(async () => take(await session), log).then(end)));
  });
  const [show, give] = [t('Back to the Form'), t('Do Not Sign In')];
  const answered = vscode.window.showInformationMessage(away, show, give).then((picked): StepResult => {
    // Whoever closes the message has not said that they do not want to; then no form waits for it.
    if (picked === undefined) browser.leave();
    return picked === show ? 'back' : 'cancel';
  });
  return await Promise.race([cameBack, answered]).finally(() => store.dispose());
}
