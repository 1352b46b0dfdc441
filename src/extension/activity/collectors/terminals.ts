import * as vscode from 'vscode';
import { eventTypes } from '../../../shared/activity.ts';
import { DisposableStore } from '../../../shared/disposable.ts';
import { isProgram } from '../../platform/programs.ts';
import type { Collecting, CollectorHost } from './collector.ts';
import { builtins, programWord } from './commandLine.ts';
import { Starts } from './starts.ts';

/** What shells say of a command that they did not find. */
const notFound = 127;

/** Reports commands in terminals at their end: the program's name, exit code and duration, nothing else of the line. */
export function collectTerminals({ log }: CollectorHost): Collecting {
  const store = new DisposableStore();
  const starts = new Starts<vscode.TerminalShellExecution>();
  store.add(vscode.window.onDidStartTerminalShellExecution(({ execution }) => starts.begin(execution)));
  store.add(
    vscode.window.onDidEndTerminalShellExecution(async ({ execution, exitCode }) => {
      const { value } = execution.commandLine;
      if (!value.trim()) return;
      const { duration_ms } = starts.end(execution);
      const program = exitCode === notFound ? null : await programOf(value);
      if (store.isDisposed) return;
      const payload = { program, exit_code: exitCode ?? null, duration_ms };
      log({ type: eventTypes.terminalCommand, payload });
    }),
  );
  return store;
}

async function programOf(commandLine: string): Promise<string | null> {
  const word = programWord(commandLine);
  return word !== null && (builtins.has(word) || (await isProgram(word))) ? word : null;
}
