import * as vscode from 'vscode';
import type { Disposable } from '../../shared/disposable.ts';
import type { Event } from '../../shared/emitter.ts';
import { t } from '../../shared/l10n.ts';
import { commands } from '../ids.ts';
import type { Log } from '../sync/types.ts';
import { wrongSettings } from './settingShapes.ts';

export interface SettingsWatchOptions {
  readonly manifest: unknown;
  readonly onDidChange: Event<void>;
  readonly log: Log;
}

/** Tells of settings whose values count for nothing, each once as long as it stays wrong. */
export class SettingsWatch implements Disposable {
  readonly #options: SettingsWatchOptions;
  readonly #subscription: Disposable;
  #wrong: readonly string[] = [];

  constructor(options: SettingsWatchOptions) {
    this.#options = options;
    this.#subscription = options.onDidChange(() => this.#look());
    this.#look();
  }

  dispose(): void {
    this.#subscription.dispose();
  }

  #look(): void {
    const { manifest, log } = this.#options;
    const configuration = vscode.workspace.getConfiguration();
    const before = this.#wrong;
    this.#wrong = wrongSettings(manifest, (id) => configuration.get<unknown>(id));
    const fresh = this.#wrong.filter((id) => !before.includes(id));
    if (fresh.length === 0) return;
    log.warn(`Settings whose values are not allowed: ${fresh.join(', ')}.`);
    void tell(fresh);
  }
}

async function tell(ids: readonly string[]): Promise<void> {
  const open = t('Open Settings');
  const message = t(
    'Runglass: these settings have values that are not allowed and do not count: {0}.',
    ids.join(', '),
  );
  if ((await vscode.window.showWarningMessage(message, open)) === open)
    await vscode.commands.executeCommand(commands.openSettings);
}
