import * as vscode from 'vscode';
import { plural, t } from '../../../shared/l10n.ts';
import { withoutIcons } from '../../markdown.ts';
import { isProgram } from '../../platform/programs.ts';
import { showDone } from '../../platform/showDone.ts';
import { withoutLinks } from '../../words.ts';
import { placeOf, projectRefOf } from '../address.ts';
import type { Profile, RemoteProfile } from '../profiles.ts';
import { readMigrations, setUpSql, takeDownSql } from './bundle.ts';
import { copyMigrations, projectFolders } from './projectFolder.ts';
import { SetUpWatch } from './setUpWatch.ts';

export interface SetUpOptions {
  /** The folder of the extension that has migrations/ and remove.sql. */
  readonly folder: string;
  readonly current: () => Profile | null;
  /** Whether all migrations are there; rejects with `RunglassError` without an answer. */
  readonly isSetUp: (profile: RemoteProfile) => Promise<boolean>;
  /** What follows once a database has been set up. */
  readonly connectAgain: (profile: RemoteProfile) => Promise<void>;
}

/** The commands that put the migrations into a database and take them out again; the user runs what they prepare. */
export class SetUpCommands {
  readonly #options: SetUpOptions;
  readonly #watch: SetUpWatch;

  constructor(options: SetUpOptions) {
    this.#options = options;
    this.#watch = new SetUpWatch(options.isSetUp);
  }

  readonly setUpDatabase = async (argument?: unknown): Promise<void> => {
    const way = decodeWay(argument);
    const current = this.#options.current();
    if (current?.kind === 'embedded' && way === null) {
      const open = t('Open the SQL');
      const message = t('Runglass: the local backend has its tables already. The SQL is for any other.');
      if ((await vscode.window.showInformationMessage(message, open)) !== open) return;
    }
    await this.setUp(current?.kind === 'remote' ? current : null, way);
  };

  readonly takeDatabaseDown = async (): Promise<void> => {
    const current = this.#options.current();
    const sql = await openSql(await takeDownSql(this.#options.folder));
    const message = t(
      'Runglass: this SQL deletes what Runglass made in a database, with its rows. Nothing happens until you run it there.',
    );
    const profile = current?.kind === 'remote' ? current : null;
    const copy = copyTitle(profile);
    void vscode.window.showWarningMessage(message, copy).then(async (picked) => {
      if (picked === copy) await handOver(sql, profile);
    });
  };

  /**
   * Prepares the migrations for `profile`, or for whichever database the user means, in the way that the user picks.
   * `then` follows once they are there; by default it connects again.
   */
  async setUp(
    profile: RemoteProfile | null,
    asked: Way | null = null,
    then?: () => Promise<void>,
  ): Promise<void> {
    const folders = asked === 'sql' ? [] : await projectFolders();
    if (asked === 'folder' && folders.length === 0)
      throw new Error(t('Runglass: no folder with a supabase/config.toml is open, or it is not trusted.'));
    const picked = await pickWay(asked === 'folder' ? folders : ['sql', ...folders]);
    if (!picked) return;
    const next = then ?? (() => (profile ? this.#options.connectAgain(profile) : Promise.resolve()));
    if (picked === 'sql') await this.#openSql(profile, next);
    else await this.#prepareFolder(picked, profile, next);
  }

  async #openSql(profile: RemoteProfile | null, then: () => Promise<void>): Promise<void> {
    const sql = await openSql(await setUpSql(this.#options.folder));
    const message = profile
      ? t('Runglass: run this SQL in the database of {0}. It connects once that is done.', profile.label)
      : t('Runglass: run this SQL in the database of your project.');
    this.#watch.follow({
      message: withoutLinks(message),
      profile,
      action: { title: copyTitle(profile), run: () => handOver(sql, profile) },
      then,
    });
  }

  async #prepareFolder(
    folder: vscode.WorkspaceFolder,
    profile: RemoteProfile | null,
    then: () => Promise<void>,
  ): Promise<void> {
    const { written, hasNewer } = await copyMigrations(folder, await readMigrations(this.#options.folder));
    const isHere = profile !== null && placeOf(profile.url) === 'thisMachine';
    const command = `supabase ${isHere ? 'migration up' : 'db push'}${hasNewer ? ' --include-all' : ''}`;
    const terminal = vscode.window.createTerminal({ name: 'Supabase', cwd: folder.uri });
    terminal.show();
    // The user reads it, and presses Enter.
    terminal.sendText(command, false);
    const copied = plural(
      written.length,
      '{0} file was copied to supabase/migrations of {1}.',
      '{0} files were copied to supabase/migrations of {1}.',
      written.length,
      folder.name,
    );
    const todo = (await isProgram('supabase'))
      ? t('Press Enter in the terminal to run “{0}”.', command)
      : t(
          'The Supabase CLI was not found: install it, then run “{0}” in the terminal, or use the SQL instead.',
          command,
        );
    const open = { title: t('Open the SQL'), run: () => this.#openSql(profile, then), asksAnew: true };
    this.#watch.follow({
      message: withoutLinks(`Runglass: ${copied} ${todo}`),
      profile,
      action: open,
      then,
    });
  }
}

export type Way = 'sql' | 'folder';

function decodeWay(argument: unknown): Way | null {
  if (argument === undefined) return null;
  if (argument === 'sql' || argument === 'folder') return argument;
  throw new Error(t('Runglass: this is no way to set up a database: say "sql" or "folder".'));
}

/** Asks where the migrations are to go, unless there is but one way. */
async function pickWay(
  ways: readonly (vscode.WorkspaceFolder | 'sql')[],
): Promise<vscode.WorkspaceFolder | 'sql' | undefined> {
  if (ways.length === 1) return ways[0];
  const title = t('Runglass: Set Up Database');
  return (await vscode.window.showQuickPick(ways.map(wayItem), { title, ignoreFocusOut: true }))?.way;
}

function wayItem(way: vscode.WorkspaceFolder | 'sql') {
  if (way === 'sql')
    return {
      label: t('$(file-code) Open the SQL in an editor'),
      detail: t('One document that you run in the SQL editor of the project, or with psql.'),
      way,
    };
  return {
    label: t('$(terminal) Copy the migrations into {0}', withoutIcons(way.name)),
    // Two folders may have one name.
    description: withoutIcons(way.uri.fsPath),
    detail: t(
      'To supabase/migrations; “supabase db push” is typed into a terminal for you, and goes to the project that the folder is linked to.',
    ),
    way,
  };
}

async function openSql(sql: string): Promise<string> {
  const document = await vscode.workspace.openTextDocument({ language: 'sql', content: sql });
  await vscode.window.showTextDocument(document, { preview: false });
  return sql;
}

function copyTitle(profile: RemoteProfile | null): string {
  return profile && projectRefOf(profile.url) ? t('Copy and Open SQL Editor') : t('Copy the SQL');
}

/** Puts the SQL on the clipboard, and opens the page of a hosted project that takes it. */
async function handOver(sql: string, profile: RemoteProfile | null): Promise<void> {
  await vscode.env.clipboard.writeText(sql);
  const ref = profile && projectRefOf(profile.url);
  if (!ref) return showDone(t('Runglass: the SQL is copied.'));
  await vscode.env.openExternal(vscode.Uri.parse(`https://supabase.com/dashboard/project/${ref}/sql/new`));
}
