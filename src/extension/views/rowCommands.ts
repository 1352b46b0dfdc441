import * as vscode from 'vscode';
import { t } from '../../shared/l10n.ts';
import type { TableMaps } from '../../shared/patch.ts';
import type { ShowTarget } from '../../shared/protocol.ts';
import { isActive, maxCompared } from '../../shared/runs.ts';
import { oneLine, withoutIcons } from '../markdown.ts';
import { describeError } from '../platform/log.ts';
import { problemOf } from '../platform/problem.ts';
import { showDone } from '../platform/showDone.ts';
import { showProblem } from '../platform/showProblem.ts';
import { activeRuns, endedRuns, type RunSaying, runName, runSummary } from '../runWords.ts';
import type { CancelOutcome } from '../supabase/runs.ts';
import type { Log } from '../sync/types.ts';
import { problemLine, withoutLinks } from '../words.ts';
import { pickSome } from './pickSome.ts';
import { comparedOf, type NodeTarget, targetOf } from './target.ts';

export interface RowCommandsOptions {
  /** Null while nobody is signed in. */
  readonly tables: () => TableMaps | null;
  readonly saying: () => RunSaying;
  /** Opens the dashboard where the thing is. */
  readonly reveal: (target: ShowTarget) => void;
  /** Asks the script of a run to stop; rejects with `RunglassError`. */
  readonly cancelRun: (run: string) => Promise<CancelOutcome>;
  /** Makes a project that of this workspace. */
  readonly useProject: (project: string) => Promise<void>;
  readonly log: Log;
}

interface Choice extends vscode.QuickPickItem {
  readonly target: NodeTarget;
}

/**
 * Commands on one run, model or project: of a row of a side view, of an id that a keybinding gives (a string), or,
 * without an argument, of what the user picks from a list.
 */
export class RowCommands {
  readonly #options: RowCommandsOptions;

  constructor(options: RowCommandsOptions) {
    this.#options = options;
  }

  async openRun(argument: unknown): Promise<void> {
    await this.#reveal('run', argument);
  }

  async openModel(argument: unknown): Promise<void> {
    await this.#reveal('model', argument);
  }

  async showProject(argument: unknown): Promise<void> {
    await this.#reveal('project', argument);
  }

  /** Of the runs that are given, or that the user picks. */
  async compareRuns(argument: unknown): Promise<void> {
    const ids = comparedOf(argument) ?? (await this.#pickCompared());
    if (ids) this.#options.reveal({ kind: 'compare', ids });
  }

  async cancelRun(argument: unknown): Promise<void> {
    const { tables, cancelRun, log } = this.#options;
    const target = await this.#targetOf('run', argument, (id) => {
      const run = tables()?.training_runs.get(id);
      return run !== undefined && isActive(run) && run.cancel_requested_at === null;
    });
    if (!target) return;
    const run = tables()?.training_runs.get(target.id);
    if (!run) return this.#sayNone('run');
    const stop = t('Ask It to Stop');
    const name = withoutLinks(oneLine(runName(run), 100));
    const choice = await vscode.window.showWarningMessage(
      t('Ask the run "{0}" to stop?', name),
      {
        modal: true,
        detail: t('Its script reads the request with the next point it logs, and ends the run itself.'),
      },
      stop,
    );
    if (choice !== stop) return;
    try {
      const outcome = await cancelRun(target.id);
      if (outcome === 'ended') showProblem(t('This run has already ended.'));
    } catch (error) {
      log.warn(`The run could not be asked to stop: ${describeError(error)}`);
      showProblem(problemLine(problemOf(error)));
    }
  }

  async copyId(argument: unknown): Promise<void> {
    const target = targetOf(argument);
    if (!target) return;
    await vscode.env.clipboard.writeText(target.id);
    showDone(t('Runglass: the id is copied.'));
  }

  async useProjectHere(argument: unknown): Promise<void> {
    const target = await this.#targetOf('project', argument);
    if (target) await this.#options.useProject(target.id);
  }

  async #reveal(kind: NodeTarget['kind'], argument: unknown): Promise<void> {
    const target = await this.#targetOf(kind, argument);
    if (target) this.#options.reveal(target);
  }

  async #targetOf(
    kind: NodeTarget['kind'],
    argument: unknown,
    fits: (id: string) => boolean = () => true,
  ): Promise<NodeTarget | null> {
    if (typeof argument === 'string') return { kind, id: argument };
    const given = targetOf(argument);
    if (given) return given.kind === kind ? given : null;
    return await this.#pick(kind, fits);
  }

  async #pick(kind: NodeTarget['kind'], fits: (id: string) => boolean): Promise<NodeTarget | null> {
    const tables = this.#options.tables();
    const choices = tables ? this.#choices(kind, tables).filter(({ target }) => fits(target.id)) : [];
    if (choices.length === 0) {
      this.#sayNone(kind);
      return null;
    }
    const placeHolder = {
      run: t('Choose a run'),
      model: t('Choose a model'),
      project: t('Choose a project'),
    };
    const options = { placeHolder: placeHolder[kind], matchOnDescription: true };
    return (await vscode.window.showQuickPick(choices, options))?.target ?? null;
  }

  #sayNone(kind: NodeTarget['kind']): void {
    const none = {
      run: t('Runglass: there is no such run, or you are not signed in.'),
      model: t('Runglass: there is no model yet, or you are not signed in.'),
      project: t('Runglass: there is no project yet, or you are not signed in.'),
    };
    void vscode.window.showInformationMessage(none[kind]);
  }

  async #pickCompared(): Promise<readonly string[] | null> {
    const tables = this.#options.tables();
    const choices = tables ? this.#choices('run', tables) : [];
    if (choices.length < 2) {
      void vscode.window.showInformationMessage(
        t('Runglass: there are no two runs to compare, or you are not signed in.'),
      );
      return null;
    }
    const { formats } = this.#options.saying();
    const picked = await pickSome(choices, {
      title: t('Compare runs'),
      placeholder: t('Choose {0} to {1} runs', formats.number(2), formats.number(maxCompared)),
      least: 2,
      most: maxCompared,
    });
    return picked?.map(({ target }) => target.id) ?? null;
  }

  /** Newest first; unfinished runs before all others. */
  #choices(kind: NodeTarget['kind'], tables: TableMaps): Choice[] {
    const saying = this.#options.saying();
    const runs = [...tables.training_runs.values()];
    const newest = <R extends { readonly created_at: string }>(rows: Iterable<R>): R[] =>
      [...rows].sort((a, b) => (a.created_at < b.created_at ? 1 : -1));
    switch (kind) {
      case 'run':
        return [...activeRuns(runs), ...endedRuns(runs)].map((run) => ({
          label: withoutIcons(runName(run)),
          description: withoutIcons(runSummary(run, saying)),
          target: { kind, id: run.id },
        }));
      case 'model':
        return newest(tables.models.values()).map(({ id, name, version }) => ({
          label: withoutIcons(oneLine(name, 200)),
          description: withoutIcons(oneLine(version, 100)),
          target: { kind, id },
        }));
      case 'project':
        return newest(tables.projects.values()).map(({ id, name, description }) => ({
          label: withoutIcons(oneLine(name, 200)),
          description: withoutIcons(oneLine(description ?? '', 100)),
          target: { kind, id },
        }));
    }
  }
}
