import * as vscode from 'vscode';
import type { Reporting } from '../../../shared/activity.ts';
import type { Formats } from '../../../shared/format.ts';
import { listWords, plural, t } from '../../../shared/l10n.ts';
import type { DashboardStatus } from '../../../shared/protocol.ts';
import { settings } from '../../ids.ts';
import { describeError } from '../../platform/log.ts';
import { sayFirst } from '../../platform/sayFirst.ts';
import { showDone } from '../../platform/showDone.ts';
import { showProblem } from '../../platform/showProblem.ts';
import type { Log } from '../../sync/types.ts';
import { withoutLinks } from '../../words.ts';
import type { Activity } from '../activity.ts';
import { reportingWords } from './activityWords.ts';
import { entryFor } from './exclusion.ts';

export interface ActivityCommandsOptions {
  readonly activity: Activity;
  readonly reporting: () => Reporting;
  /** As the dashboard is told it. */
  readonly status: () => DashboardStatus;
  /** Opens the list of what would be sent. */
  readonly showPending: () => Promise<void>;
  readonly formats: Formats;
  readonly log: Log;
}

/** The user waits no longer for what is being sent, ms. */
const patience = 15_000;

/** The commands over what this editor reports. */
export class ActivityCommands {
  readonly #options: ActivityCommandsOptions;

  constructor(options: ActivityCommandsOptions) {
    this.#options = options;
  }

  readonly pauseActivity = async (): Promise<void> => {
    if (await this.#write(settings.activityPaused, true)) say(t('Editor activity is paused in all windows.'));
    else showProblem(t('Editor activity is NOT paused: the user settings cannot be written.'));
  };

  readonly resumeActivity = async (): Promise<void> => {
    // What is not written is the default: not paused.
    if (await this.#write(settings.activityPaused, undefined)) say(t('Editor activity goes on.'));
    else showProblem(t('Editor activity is still paused: the user settings cannot be written.'));
  };

  readonly showPendingActivity = (): Promise<void> => this.#options.showPending();

  readonly sendActivity = async (): Promise<void> => {
    const { activity, status, formats } = this.#options;
    if (!this.#canSend()) return;
    const title = t('Runglass: sending editor activity…');
    await vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title }, () =>
      activity.flush(patience),
    );
    if (activity.pending === 0) say(t('All editor events are sent.'));
    else
      showProblem(
        status().activity.trouble ??
          plural(
            activity.pending,
            '{0} editor event still waits to be sent.',
            '{0} editor events still wait to be sent.',
            formats.number(activity.pending),
          ),
      );
  };

  readonly retryRefusedActivity = async (): Promise<void> => {
    const { activity, formats } = this.#options;
    const count = activity.refused;
    if (count === 0) return inform(t('No editor event was refused.'));
    if (!this.#canSend()) return;
    activity.retryRefused();
    say(
      plural(
        count,
        '{0} refused editor event is sent again.',
        '{0} refused editor events are sent again.',
        formats.number(count),
      ),
    );
  };

  readonly discardRefusedActivity = async (): Promise<void> => {
    const { activity, formats } = this.#options;
    const count = activity.refused;
    if (count === 0) return inform(t('No editor event was refused.'));
    const discard = t('Discard');
    const question = plural(
      count,
      'Discard the editor event that the backend refused?',
      'Discard the {0} editor events that the backend refused?',
      formats.number(count),
    );
    const detail = t('They will never be in the timeline. This cannot be undone.');
    const answer = await vscode.window.showWarningMessage(question, { modal: true, detail }, discard);
    if (answer === discard) activity.discardRefused();
  };

  readonly dismissDroppedActivity = async (): Promise<void> => this.#options.activity.dismissDropped();

  readonly excludeWorkspace = async (): Promise<void> => {
    const folders = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => entryFor(uri));
    if (folders.length === 0) return inform(t('No folder is open that could be left out.'));
    const id = settings.excludedWorkspaces;
    const list: unknown = vscode.workspace.getConfiguration().inspect(id)?.globalValue;
    const present: unknown[] = Array.isArray(list) ? list : [];
    if (!(await this.#write(id, [...new Set([...present, ...folders])])))
      return showProblem(t('This workspace is STILL reported: the user settings cannot be written.'));
    inform(
      t(
        'Nothing is reported any more while one of these folders is open, and what waited of this window is forgotten: {0}. The list is in the setting {1}.',
        listWords(folders),
        id,
      ),
    );
  };

  /** Whether events go anywhere at the moment; the user is told why not. */
  #canSend(): boolean {
    const { reporting, status } = this.#options;
    const { state, backend, activity } = status();
    if (state === 'signedOut') sayFirst(backend ? 'signedOut' : 'none');
    else if (reporting() === 'on') return true;
    else inform(t('Nothing is sent. {0}', reportingWords(activity)));
    return false;
  }

  /** Writes a user setting, which all windows follow; false when that is not possible. */
  async #write(id: string, value: unknown): Promise<boolean> {
    try {
      await vscode.workspace.getConfiguration().update(id, value, vscode.ConfigurationTarget.Global);
      return true;
    } catch (error) {
      this.#options.log.error(`The setting ${id} cannot be written: ${describeError(error)}`);
      return false;
    }
  }
}

function say(message: string): void {
  showDone(`Runglass: ${message}`);
}

/** Does not wait for the user to close it. */
function inform(message: string): void {
  void vscode.window.showInformationMessage(`Runglass: ${withoutLinks(message)}`);
}
