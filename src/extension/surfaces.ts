import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../shared/disposable.ts';
import { Formats } from '../shared/format.ts';
import type { ActivityHost } from './activity/activityHost.ts';
import { troubleWords } from './activity/control/activityWords.ts';
import type { Trouble } from './activity/outbox/trouble.ts';
import type { LiveSource } from './dashboard/source.ts';
import type { Configuration } from './platform/configuration.ts';
import type { RunSaying } from './runWords.ts';
import { StatusBar } from './statusBar.ts';
import type { Clock } from './sync/types.ts';
import { SideViews } from './views/sideViews.ts';

export interface SurfacesOptions {
  readonly source: LiveSource;
  readonly config: Configuration;
  readonly activityHost: ActivityHost;
  readonly clock: Clock;
  readonly memento: vscode.Memento;
  /** Keeps the engine open. */
  readonly hold: () => Disposable;
}

/** What people see of Runglass beside the dashboard, with the words that it needs; loaded after activation. */
export class Surfaces implements Disposable {
  readonly #options: SurfacesOptions;
  readonly #disposables = new DisposableStore();
  readonly #formats = new Formats(vscode.env.language);

  constructor(options: SurfacesOptions) {
    this.#options = options;
    const formats = this.#formats;
    const { source, config, activityHost, clock, memento, hold } = options;
    this.#disposables.add(new StatusBar({ source, config, formats, clock, hold }));
    const onDidChangeConfig = config.onDidChange;
    const ownProject = () => activityHost.projectOfWorkspace();
    this.#disposables.add(
      new SideViews({ source, onDidChangeConfig, ownProject, formats, clock, memento, hold }),
    );
  }

  /** What words about runs depend on at this moment. */
  get saying(): RunSaying {
    const { source, clock } = this.#options;
    const { clockOffset, stalledAfter: silence } = source.status;
    return { formats: this.#formats, now: clock.now() + clockOffset, silence, l10n: vscode.l10n };
  }

  /** Why events wait or may be lost. */
  troubleWords(trouble: Trouble): string {
    const { clock } = this.#options;
    return troubleWords(trouble, (at) => this.#formats.clock(at, clock.now()), vscode.l10n);
  }

  dispose(): void {
    this.#disposables.dispose();
  }
}
