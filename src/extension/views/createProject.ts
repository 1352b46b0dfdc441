import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import { t } from '../../shared/l10n.ts';
import type { NewProject } from '../../shared/requests.ts';
import type { Problem } from '../../shared/status.ts';
import { checkNewProject } from '../dashboard/projectFields.ts';
import { Refusal } from '../dashboard/refusal.ts';
import { describeError } from '../platform/log.ts';
import { problemOf } from '../platform/problem.ts';
import { sayFirst } from '../platform/sayFirst.ts';
import { showProblem } from '../platform/showProblem.ts';
import type { Log } from '../sync/types.ts';
import { problemLine } from '../words.ts';

export interface CreateProjectOptions {
  /** Structurally a `Connection`. */
  readonly connection: {
    readonly state:
      | { readonly kind: 'none' | 'starting' | 'signedOut' | 'ready' }
      | { readonly kind: 'failed'; readonly problem: Problem };
    settled(): Promise<void>;
  };
  /** Writes the row; rejects with a `Refusal` or a `RunglassError`. */
  readonly create: (project: NewProject) => Promise<void>;
  /** Settles when the project is among the rows, or after a while. */
  readonly arrival: (project: string) => Promise<void>;
  /** Opens the dashboard where the project is. */
  readonly reveal: (project: string) => void;
  readonly log: Log;
}

/** Makes a project of the name that is given, or that the user is asked for, and shows it. */
export async function createProject(argument: unknown, options: CreateProjectOptions): Promise<void> {
  const { connection } = options;
  await connection.settled();
  const { state } = connection;
  if (state.kind === 'none' || state.kind === 'signedOut') return sayFirst(state.kind);
  if (state.kind === 'failed') return showProblem(problemLine(state.problem));
  const id = randomUUID();
  const given = typeof argument === 'string' ? argument : await askName();
  if (given === undefined) return;
  try {
    await options.create({ id, name: given });
  } catch (error) {
    options.log.warn(`The project could not be made: ${describeError(error)}`);
    return showProblem(error instanceof Refusal ? error.message : problemLine(problemOf(error)));
  }
  await options.arrival(id);
  options.reveal(id);
}

async function askName(): Promise<string | undefined> {
  return await vscode.window.showInputBox({
    title: t('Create Project'),
    prompt: t('Name of the project'),
    validateInput: (name) => (name === '' ? null : whyNot(name)),
  });
}

/** What is wrong with a name; null when nothing is. */
function whyNot(name: string): string | null {
  try {
    checkNewProject({ id: '', name });
    return null;
  } catch (error) {
    if (error instanceof Refusal) return error.message;
    throw error;
  }
}
