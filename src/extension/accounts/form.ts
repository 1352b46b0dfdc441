import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../../shared/disposable.ts';
import { t } from '../../shared/l10n.ts';
import { describeError } from '../platform/log.ts';
import { problemOf } from '../platform/problem.ts';
import type { Log } from '../sync/types.ts';
import { problemLine, withoutLinks } from '../words.ts';

/** How a step of a form ended. */
export type StepResult = 'next' | 'back' | 'cancel';

export interface StepOptions {
  readonly title: string;
  readonly step: number;
  /** Undefined while it depends on the answer. */
  readonly totalSteps: number | undefined;
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

/** A button in the title of a step that goes on; what it resolves with is said there. */
export interface StepButton {
  /** Id of a codicon. */
  readonly icon: string;
  readonly tooltip: string;
  readonly run: () => Promise<{ readonly prompt?: string; readonly error?: string | undefined }>;
}

/** What the user should know before going on, by entering the same again. */
export interface StepWarning {
  readonly warning: string;
}

export interface InputOptions extends StepOptions {
  readonly value: string;
  readonly prompt: string;
  readonly placeholder?: string;
  readonly password?: boolean;
  /** Checks and takes the value; what it returns is shown as an error and the step goes on. Must not reject. */
  readonly accept: (value: string) => Promise<string | StepWarning | null>;
  readonly buttons?: readonly StepButton[];
  /** Has something else than the user end the step, or say what is wrong: `end` takes what `accept` returns. */
  readonly until?: (end: (error: string | null) => void) => Disposable;
}

/** Asks for one line of text; stays open until `accept` is content or the user leaves. No text in it becomes a link. */
export async function ask(options: InputOptions): Promise<StepResult> {
  const input = vscode.window.createInputBox();
  const store = new DisposableStore();
  store.add(input);
  setStep(input, options);
  input.value = options.value;
  input.prompt = withoutLinks(options.prompt);
  input.placeholder = options.placeholder ?? '';
  input.password = options.password ?? false;
  const buttons = new Map<vscode.QuickInputButton, StepButton>(
    options.buttons?.map((button) => [
      { iconPath: new vscode.ThemeIcon(button.icon), tooltip: button.tooltip },
      button,
    ]),
  );
  input.buttons = [...input.buttons, ...buttons.keys()];
  const ended = new Promise<StepResult>((resolve) => {
    const end = (error: string | StepWarning | null) => {
      if (store.isDisposed) return;
      setBusy(input, false);
      if (error === null) resolve('next');
      else input.validationMessage = typeof error === 'string' ? withoutLinks(error) : warningOf(error);
    };
    const accept = async () => {
      if (input.busy) return;
      setBusy(input, true);
      end(await options.accept(input.value));
    };
    const press = async (button: StepButton) => {
      const { prompt, error } = await button.run();
      if (store.isDisposed) return;
      if (prompt !== undefined) input.prompt = withoutLinks(prompt);
      input.validationMessage = error === undefined ? undefined : withoutLinks(error);
    };
    store.add(input.onDidHide(() => resolve('cancel')));
    store.add(
      input.onDidTriggerButton((pressed) => {
        const button = buttons.get(pressed);
        if (button) void press(button);
        else resolve('back');
      }),
    );
    store.add(
      input.onDidChangeValue(() => {
        input.validationMessage = undefined;
      }),
    );
    store.add(input.onDidAccept(() => void accept()));
    if (options.until) store.add(options.until(end));
  });
  input.show();
  return await ended.finally(() => store.dispose());
}

export interface ChoiceOptions<T> extends StepOptions {
  readonly placeholder: string;
  /** The form is there, and says that it is busy, until they are known. Must not reject. */
  readonly choices: Promise<readonly Choice<T>[]>;
}

export interface Choice<T> {
  readonly label: string;
  readonly detail?: string;
  readonly value: T;
}

/** Asks for one of several. */
export async function askChoice<T>(
  options: ChoiceOptions<T>,
): Promise<{ readonly value: T } | 'back' | 'cancel'> {
  const pick = vscode.window.createQuickPick<Choice<T>>();
  const store = new DisposableStore();
  store.add(pick);
  setStep(pick, options);
  pick.placeholder = options.placeholder;
  pick.busy = true;
  void options.choices.then((choices) => {
    if (store.isDisposed) return;
    pick.busy = false;
    pick.items = choices;
  });
  const ended = new Promise<{ readonly value: T } | 'back' | 'cancel'>((resolve) => {
    store.add(pick.onDidHide(() => resolve('cancel')));
    store.add(pick.onDidTriggerButton(() => resolve('back')));
    store.add(
      pick.onDidAccept(() => {
        const [picked] = pick.activeItems;
        if (picked) resolve(picked);
      }),
    );
  });
  pick.show();
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

function warningOf({ warning }: StepWarning): vscode.InputBoxValidationMessage {
  return { message: withoutLinks(warning), severity: vscode.InputBoxValidationSeverity.Warning };
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
