import * as vscode from 'vscode';
import { settings } from '../ids.ts';
import type { Configuration } from '../platform/configuration.ts';
import { describeError } from '../platform/log.ts';
import { showProblem } from '../platform/showProblem.ts';
import type { Log } from '../sync/types.ts';
import type { Activity } from './activity.ts';

export interface ActivityCommandsOptions {
  readonly activity: Activity;
  readonly config: Configuration;
  readonly log: Log;
}

/** How long a line about what was done stays in the status bar, ms. */
const shownFor = 5_000;

/** The commands over what this editor reports. */
export class ActivityCommands {
  readonly #options: ActivityCommandsOptions;

  constructor(options: ActivityCommandsOptions) {
    this.#options = options;
  }

  readonly pauseActivity = async (): Promise<void> => {
    const { l10n } = vscode;
    if (!(await this.#write(settings.activityPaused, true))) {
      showProblem(l10n.t('Editor activity is NOT paused: the user settings cannot be written.'));
      return;
    }
    say(l10n.t('Editor activity is paused in all windows.'));
  };

  readonly resumeActivity = async (): Promise<void> => {
    const { l10n } = vscode;
    // What is not written is the default: not paused.
    if (!(await this.#write(settings.activityPaused, undefined))) {
      showProblem(l10n.t('Editor activity is still paused: the user settings cannot be written.'));
      return;
    }
    say(l10n.t('Editor activity is reported again.'));
  };

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
  vscode.window.setStatusBarMessage(`Runglass: ${message}`, shownFor);
}
