import * as v from 'valibot';
import * as vscode from 'vscode';
import { t } from '../../shared/l10n.ts';
import { type CommandId, commands, mementoKeys, settings } from '../ids.ts';
import { showDone } from '../platform/showDone.ts';
import { showProblem } from '../platform/showProblem.ts';
import { problemLine, withoutLinks } from '../words.ts';
import { files, fillSnippet, type Language, languages, type SnippetTarget } from './snippets.ts';
import { type FirstRunConnection, targetOf } from './target.ts';

export interface LogRunOptions {
  readonly connection: FirstRunConnection;
  /** The folder of the templates. */
  readonly templates: vscode.Uri;
  readonly memento: vscode.Memento;
  /** New terminals get the local backend's address and sign-in already. */
  readonly inTerminals: boolean;
}

const inputSchema = v.optional(
  v.strictObject({ language: v.optional(v.picklist(languages)), open: v.optional(v.boolean(), false) }),
  {},
);

/** Copies a script that logs a run to the chosen backend, and says so; asks for what `argument` leaves open. */
export async function logRun(argument: unknown, options: LogRunOptions): Promise<void> {
  const input = v.safeParse(inputSchema, argument);
  if (!input.success || Array.isArray(argument))
    throw new Error(
      t(
        'Runglass: a script is described by its language ({0}) and “open”, true or false.',
        languages.join(', '),
      ),
    );
  const target = await readyTarget(options.connection);
  if (!target) return;
  const language = input.output.language ?? (await askLanguage(options.memento));
  if (!language) return;
  await options.memento.update(mementoKeys.snippetLanguage, language);
  const template = await vscode.workspace.fs.readFile(
    vscode.Uri.joinPath(options.templates, files[language]),
  );
  const snippet = fillSnippet(new TextDecoder().decode(template), language, target);
  await vscode.env.clipboard.writeText(snippet);
  if (input.output.open) await openSnippet(snippet, language);
  void tell(snippet, language, target, options);
}

/** Leads to an account when there is none; null when the user leaves, or nothing can be done now. */
async function readyTarget(connection: FirstRunConnection): Promise<SnippetTarget | null> {
  await connection.settled();
  const { state } = connection;
  if (state.kind === 'failed') showProblem(problemLine(state.problem));
  const ready = targetOf(connection);
  if (ready || state.kind === 'failed') return ready;
  const steps = nextSteps(state.kind === 'none');
  const picked = await vscode.window.showInformationMessage(steps.message, ...steps.buttons.keys());
  const command = steps.buttons.get(picked ?? '');
  if (!command) return null;
  await vscode.commands.executeCommand(command);
  return targetOf(connection);
}

interface NextSteps {
  readonly message: string;
  readonly buttons: ReadonlyMap<string, CommandId>;
}

function nextSteps(noBackend: boolean): NextSteps {
  return noBackend
    ? {
        message: t('Runglass: choose a backend first, which the script logs its run to.'),
        buttons: new Map<string, CommandId>([
          [t('Use Local Backend'), commands.useEmbedded],
          [t('Select Backend…'), commands.selectBackend],
        ]),
      }
    : {
        message: t('Runglass: sign in first, so that the script knows whose run it logs.'),
        buttons: new Map<string, CommandId>([[t('Sign In'), commands.signIn]]),
      };
}

const names: Readonly<Record<Language, string>> = {
  python: 'Python',
  'supabase-py': 'Python + supabase-py',
  javascript: 'JavaScript',
  shell: 'curl',
};

/** What each needs, and what to do with it. */
function wordsOf(language: Language): { readonly detail: string; readonly use: string } {
  switch (language) {
    case 'python':
      return {
        detail: t('Standard library only: nothing to install.'),
        use: t('Paste it into a file and run that with python3.'),
      };
    case 'supabase-py':
      return {
        detail: t('With the Supabase client: pip install supabase.'),
        use: t('Paste it into a file and run that with python3, after: pip install supabase.'),
      };
    case 'javascript':
      return {
        detail: t('Node 20 or newer: nothing to install.'),
        use: t('Paste it into a file that ends in .mjs and run that with node.'),
      };
    case 'shell':
      return {
        detail: t('For bash: paste it into a terminal.'),
        use: t('Paste it into a terminal.'),
      };
    default:
      return language satisfies never;
  }
}

/** The last choice is the first one offered. */
async function askLanguage(memento: vscode.Memento): Promise<Language | undefined> {
  const last = memento.get<unknown>(mementoKeys.snippetLanguage);
  const items = languages
    .toSorted((a, b) => Number(b === last) - Number(a === last))
    .map((language) => ({ language, label: names[language], detail: wordsOf(language).detail }));
  const picked = await vscode.window.showQuickPick(items, {
    title: t('Log a Run from Your Script'),
    placeHolder: t('In which language?'),
  });
  return picked?.language;
}

async function tell(
  snippet: string,
  language: Language,
  target: SnippetTarget,
  { memento, inTerminals }: LogRunOptions,
): Promise<void> {
  const open = t('Open in Editor');
  const set = t('Set Variables in Terminals');
  const offersTerminals =
    target.password !== null && !inTerminals && memento.get(mementoKeys.terminalsOffered) !== true;
  const copied = t(
    'Runglass: a script that logs a run to {0} is on the clipboard.',
    withoutLinks(target.url),
  );
  const sentences = [copied, wordsOf(language).use];
  if (target.password === null)
    sentences.push(t('Your password is not in it: set RUNGLASS_PASSWORD, or enter it when asked.'));
  if (offersTerminals) {
    sentences.push(t('New terminals can have address and sign-in as variables, for scripts of your own.'));
    await memento.update(mementoKeys.terminalsOffered, true);
  }
  const buttons = offersTerminals ? [open, set] : [open];
  const picked = await vscode.window.showInformationMessage(sentences.join(' '), ...buttons);
  if (picked === open) await openSnippet(snippet, language);
  if (picked === set) await setInTerminals();
}

async function setInTerminals(): Promise<void> {
  await vscode.workspace
    .getConfiguration()
    .update(settings.terminalEnvironment, true, vscode.ConfigurationTarget.Global);
  showDone(t('Runglass: new terminals have the variables of the local backend.'));
}

const editorLanguages: Readonly<Record<Language, string>> = {
  python: 'python',
  'supabase-py': 'python',
  javascript: 'javascript',
  shell: 'shellscript',
};

async function openSnippet(content: string, language: Language): Promise<void> {
  const document = await vscode.workspace.openTextDocument({ language: editorLanguages[language], content });
  await vscode.window.showTextDocument(document, { preview: false });
}
