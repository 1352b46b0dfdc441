import * as vscode from 'vscode';
import { DisposableStore } from '../../shared/disposable.ts';
import { t } from '../../shared/l10n.ts';
import { describeError } from '../platform/log.ts';
import { problemOf } from '../platform/problem.ts';
import type { Log } from '../sync/types.ts';
import { problemLine } from '../words.ts';

/** How a step of a form ended. */
export type StepResult = 'next' | 'back' | 'cancel';

export interface StepOptions {
  readonly title: string;
  readonly step: number;
  readonly totalSteps: number;
  /** Shows the button that leads back; by default on all steps but the first. */
  readonly canGoBack?: boolean;
}

/** Goes through steps, forth and back; `back` leads out of the first one. */
export async function runSteps(steps: readonly (() => Promise<StepResult>)[]): Promise<StepResult> {
  let index = 0;
  for (;;) {
    const step = steps[index];
    if (!step) return index < 0 ? 'back' : 'next';
    const result = await step();
    if (result === 'cancel') return result;
    index += result === 'next' ? 1 : -1;
  }
}

/** What is wrong and what to do, or null when `task` succeeds. */
export async function attempt(task: () => Promise<void>, log: Log): Promise<string | null> {
  try {
    await task();
    return null;
  } catch (error) {
    log.warn(`A form was not accepted: ${describeError(error)}`);
    return problemLine(problemOf(error));
  }
}

export interface InputOptions extends StepOptions {
  readonly value: string;
  readonly prompt: string;
  readonly placeholder?: string;
  readonly password?: boolean;
  /** Checks and takes the value; what it returns is shown as an error and the step goes on. Must not reject. */
  readonly accept: (value: string) => Promise<string | null>;
}

/** Asks for one line of text; stays open until `accept` is content or the user leaves. */
export async function ask(options: InputOptions): Promise<StepResult> {
  const input = vscode.window.createInputBox();
  const store = new DisposableStore();
  store.add(input);
  setStep(input, options);
  input.value = options.value;
  input.prompt = options.prompt;
  input.placeholder = options.placeholder ?? '';
  input.password = options.password ?? false;
  const ended = new Promise<StepResult>((resolve) => {
    store.add(input.onDidHide(() => resolve('cancel')));
    store.add(input.onDidTriggerButton(() => resolve('back')));
    store.add(
      input.onDidChangeValue(() => {
        input.validationMessage = undefined;
      }),
    );
    store.add(input.onDidAccept(() => void accept()));
    const accept = async () => {
      if (input.busy) return;
      setBusy(input, true);
      const error = await options.accept(input.value);
      if (store.isDisposed) return;
      setBusy(input, false);
      if (error === null) resolve('next');
      else input.validationMessage = error;
    };
  });
  input.show();
  return await ended.finally(() => store.dispose());
}

export interface YesNoOptions extends StepOptions {
  readonly placeholder: string;
  readonly yes: string;
  readonly no: string;
  /** The answer that holds at present, which is marked. */
  readonly current: 'yes' | null;
  /** Shown below the answers under headings; picking one of them answers nothing. */
  readonly facts: readonly { readonly heading: string; readonly lines: readonly string[] }[];
}

/** Asks a question whose answer is no unless the user picks yes. */
export async function askYesNo(options: YesNoOptions): Promise<boolean | 'back' | 'cancel'> {
  const pick = vscode.window.createQuickPick();
  const store = new DisposableStore();
  store.add(pick);
  setStep(pick, options);
  const no = { label: options.no };
  const yes: vscode.QuickPickItem = { label: options.yes };
  if (options.current === 'yes') yes.description = t('current');
  const facts = options.facts.flatMap(({ heading, lines }) => [
    { label: heading, kind: vscode.QuickPickItemKind.Separator },
    ...lines.map((line) => ({ label: `$(dash) ${line}` })),
  ]);
  pick.placeholder = options.placeholder;
  pick.items = [no, yes, ...facts];
  pick.activeItems = [no];
  const ended = new Promise<boolean | 'back' | 'cancel'>((resolve) => {
    store.add(pick.onDidHide(() => resolve('cancel')));
    store.add(pick.onDidTriggerButton(() => resolve('back')));
    store.add(
      pick.onDidAccept(() => {
        const [answer] = pick.activeItems;
        if (answer === yes || answer === no) resolve(answer === yes);
      }),
    );
  });
  pick.show();
  return await ended.finally(() => store.dispose());
}

function setStep(input: vscode.QuickInput & { buttons: readonly vscode.QuickInputButton[] }, o: StepOptions) {
  input.title = o.title;
  input.step = o.step;
  input.totalSteps = o.totalSteps;
  input.ignoreFocusOut = true;
  if (o.canGoBack ?? o.step > 1) input.buttons = [vscode.QuickInputButtons.Back];
}

function setBusy(input: vscode.InputBox, busy: boolean): void {
  input.busy = busy;
  input.enabled = !busy;
}
