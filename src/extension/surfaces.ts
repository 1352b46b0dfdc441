import path from 'node:path';
import type * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../shared/disposable.ts';
import { Formats } from '../shared/format.ts';
import { t } from '../shared/l10n.ts';
import type { ProjectRow } from '../shared/model.ts';
import type { NewProject } from '../shared/requests.ts';
import type { ActivityHost } from './activity/activityHost.ts';
import { troubleWords } from './activity/control/activityWords.ts';
import type { Trouble } from './activity/outbox/trouble.ts';
import type { Dashboard } from './dashboard/panel.ts';
import type { LiveSource } from './dashboard/source.ts';
import type { FirstRunConnection } from './firstRun/target.ts';
import { TerminalEnvironment } from './firstRun/terminalEnvironment.ts';
import { mementoKeys } from './ids.ts';
import { Claims } from './notifications/claims.ts';
import { Notifier } from './notifications/notifier.ts';
import type { Configuration } from './platform/configuration.ts';
import type { ContextKeys } from './platform/contextKeys.ts';
import { SettingsWatch } from './platform/settingsWatch.ts';
import { showDone } from './platform/showDone.ts';
import type { RunSaying } from './runWords.ts';
import { StatusBar } from './statusBar/statusBar.ts';
import type { CancelOutcome } from './supabase/runs.ts';
import type { SyncHost } from './sync/syncHost.ts';
import type { Clock, Log } from './sync/types.ts';
import type { RowCommands } from './views/rowCommands.ts';
import { SideViews } from './views/sideViews.ts';

export interface SurfacesOptions {
  readonly source: LiveSource;
  readonly config: Configuration;
  readonly keys: ContextKeys;
  readonly activityHost: ActivityHost;
  readonly clock: Clock;
  readonly syncHost: SyncHost;
  readonly connection: FirstRunConnection;
  /** Those that VS Code adds to new terminals. */
  readonly variables: vscode.EnvironmentVariableCollection;
  /** Names the backend that is connected to; null without one. */
  readonly backend: () => string | null;
  readonly dashboard: Dashboard;
  /** Asks the script of a run to stop; rejects with `RunglassError`. */
  readonly cancelRun: (run: string) => Promise<CancelOutcome>;
  /** Writes a project; rejects with a `Refusal` or a `RunglassError`. */
  readonly createProject: (project: NewProject) => Promise<void>;
  /** Those of the user, as far as they are known. */
  readonly projects: () => readonly ProjectRow[];
  /** BCP 47, of numbers and dates. */
  readonly locale: string;
  readonly memento: vscode.Memento;
  /** package.json. */
  readonly manifest: unknown;
  /** The folder that this extension has for itself. */
  readonly storage: string;
  readonly createLog: (name: string) => Log;
}

/** A row that was written may be waited for so long, ms. */
const patience = 3_000;

/** What people see of Runglass beside the dashboard, with the words that it needs; loaded after activation. */
export class Surfaces implements Disposable {
  readonly #options: SurfacesOptions;
  readonly #disposables = new DisposableStore();
  readonly #formats: Formats;

  constructor(options: SurfacesOptions) {
    this.#options = options;
    this.#formats = new Formats(options.locale);
    const formats = this.#formats;
    const { source, config, keys, activityHost, syncHost, clock, memento } = options;
    const hold = () => syncHost.hold();
    this.#disposables.add(new StatusBar({ source, config, keys, formats, clock, hold }));
    this.#disposables.add(new TerminalEnvironment(options));
    const onDidChangeConfig = config.onDidChange;
    const { manifest, createLog } = options;
    this.#disposables.add(
      new SettingsWatch({ manifest, onDidChange: onDidChangeConfig, log: createLog('settings') }),
    );
    const ownProject = () => activityHost.projectOfWorkspace();
    this.#disposables.add(
      new SideViews({ source, onDidChangeConfig, ownProject, keys, formats, clock, memento, hold }),
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

  /** Makes a project of the name that is given or asked for, and shows it. */
  async createProject(argument: unknown): Promise<void> {
    const { connection, dashboard, createProject: create, createLog } = this.#options;
    const { createProject } = await import('./views/createProject.ts');
    await createProject(argument, {
      connection,
      create,
      arrival: (id) => this.#arrival(id),
      reveal: (id) => dashboard.show({ kind: 'project', id }),
      log: createLog('views'),
    });
  }

  /** Tells again of runs that were muted. */
  async unmuteRuns(): Promise<void> {
    await this.#options.memento.update(mementoKeys.mutedRuns, undefined);
    showDone(t('Runglass: no training run is muted any more.'));
  }

  /** Settles when a project is among the rows, or after a while. */
  async #arrival(project: string): Promise<void> {
    const { source, clock } = this.#options;
    const store = this.#disposables.add(new DisposableStore());
    await new Promise<void>((resolve) => {
      const look = () => source.replica?.tables.projects.has(project) && resolve();
      store.add(source.onDidChangeRows(look));
      store.add(clock.setTimeout(resolve, patience));
      look();
    });
    store.dispose();
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
