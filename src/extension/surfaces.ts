import path from 'node:path';
import type * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../shared/disposable.ts';
import { Formats } from '../shared/format.ts';
import type { ProjectRow } from '../shared/model.ts';
import type { ActivityHost } from './activity/activityHost.ts';
import { troubleWords } from './activity/control/activityWords.ts';
import type { Trouble } from './activity/outbox/trouble.ts';
import type { Dashboard } from './dashboard/panel.ts';
import type { LiveSource } from './dashboard/source.ts';
import { Claims } from './notifications/claims.ts';
import { Notifier } from './notifications/notifier.ts';
import type { Configuration } from './platform/configuration.ts';
import type { RunSaying } from './runWords.ts';
import { StatusBar } from './statusBar.ts';
import type { CancelOutcome } from './supabase/runs.ts';
import type { SyncHost } from './sync/syncHost.ts';
import type { Clock, Log } from './sync/types.ts';
import type { RowCommands } from './views/rowCommands.ts';
import { SideViews } from './views/sideViews.ts';

export interface SurfacesOptions {
  readonly source: LiveSource;
  readonly config: Configuration;
  readonly activityHost: ActivityHost;
  readonly clock: Clock;
  readonly syncHost: SyncHost;
  /** Names the backend that is connected to; null without one. */
  readonly backend: () => string | null;
  readonly dashboard: Dashboard;
  /** Asks the script of a run to stop; rejects with `RunglassError`. */
  readonly cancelRun: (run: string) => Promise<CancelOutcome>;
  /** Those of the user, as far as they are known. */
  readonly projects: () => readonly ProjectRow[];
  /** BCP 47, of numbers and dates. */
  readonly locale: string;
  readonly memento: vscode.Memento;
  /** The folder that this extension has for itself. */
  readonly storage: string;
  readonly createLog: (name: string) => Log;
}

/** What people see of Runglass beside the dashboard, with the words that it needs; loaded after activation. */
export class Surfaces implements Disposable {
  readonly #options: SurfacesOptions;
  readonly #disposables = new DisposableStore();
  readonly #formats: Formats;

  constructor(options: SurfacesOptions) {
    this.#options = options;
    this.#formats = new Formats(options.locale);
    const formats = this.#formats;
    const { source, config, activityHost, syncHost, clock, memento } = options;
    const hold = () => syncHost.hold();
    this.#disposables.add(new StatusBar({ source, config, formats, clock, hold }));
    const onDidChangeConfig = config.onDidChange;
    const ownProject = () => activityHost.projectOfWorkspace();
    this.#disposables.add(
      new SideViews({ source, onDidChangeConfig, ownProject, formats, clock, memento, hold }),
    );
    this.#disposables.add(
      new Notifier({
        ...options,
        dashboardVisible: () => options.dashboard.visible,
        current: () => syncHost.current,
        onDidChangeCurrent: syncHost.onDidChange,
        hold: (interest) => syncHost.hold(interest),
        saying: () => this.saying,
        claims: new Claims(path.join(options.storage, 'told')),
        log: options.createLog('notifications'),
      }),
    );
  }

  /** What words about runs depend on at this moment. */
  get saying(): RunSaying {
    const { source, clock } = this.#options;
    const { clockOffset, stalledAfter: silence } = source.status;
    return { formats: this.#formats, now: clock.now() + clockOffset, silence };
  }

  /** Loaded when one is asked for. */
  async loadRowCommands(): Promise<RowCommands> {
    const { source, dashboard, cancelRun, projects, createLog } = this.#options;
    const { RowCommands } = await import('./views/rowCommands.ts');
    const { useProject } = await import('./activity/control/projectCommands.ts');
    const log = createLog('views');
    return new RowCommands({
      tables: () => source.replica?.tables ?? null,
      saying: () => this.saying,
      reveal: (target) => dashboard.show(target),
      cancelRun,
      useProject: (project) => useProject(project, projects(), log),
      log,
    });
  }

  /** Why events wait or may be lost. */
  troubleWords(trouble: Trouble): string {
    const { clock } = this.#options;
    return troubleWords(trouble, this.#formats, clock.now());
  }

  dispose(): void {
    this.#disposables.dispose();
  }
}
