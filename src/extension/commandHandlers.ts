import * as vscode from 'vscode';
import { eventTypes } from '../shared/activity.ts';
import { t } from '../shared/l10n.ts';
import type { ProjectRow } from '../shared/model.ts';
import type { AccountCommands } from './accounts/accountCommands.ts';
import type { Connection } from './accounts/connection.ts';
import type { AccountUi } from './accountUi.ts';
import type { ActivityHost } from './activity/activityHost.ts';
import type { ActivityCommands } from './activity/control/activityCommands.ts';
import { chooseProject } from './activity/control/projectCommands.ts';
import type { CommandHandlers } from './commands.ts';
import type { Dashboard } from './dashboard/panel.ts';
import type { Diagnostics } from './diagnostics.ts';
import type { DoctorCommands } from './doctor/doctorCommands.ts';
import { contextKeys, walkthroughId } from './ids.ts';
import type { Configuration } from './platform/configuration.ts';
import type { ContextKeys } from './platform/contextKeys.ts';
import { showProblem } from './platform/showProblem.ts';
import { refresh } from './refresh.ts';
import type { Surfaces } from './surfaces.ts';
import type { SyncHost } from './sync/syncHost.ts';
import type { Log } from './sync/types.ts';
import { openUpgrade } from './upgrade.ts';
import type { RowCommands } from './views/rowCommands.ts';

/** What the commands work on. */
export interface CommandParts {
  readonly context: Pick<vscode.ExtensionContext, 'extension' | 'extensionUri' | 'globalState'>;
  readonly output: Pick<vscode.OutputChannel, 'show'>;
  readonly config: Configuration;
  readonly keys: ContextKeys;
  readonly connection: Connection;
  readonly syncHost: SyncHost;
  readonly activityHost: ActivityHost;
  readonly diagnostics: Diagnostics;
  readonly dashboard: Dashboard;
  readonly accountUi: AccountUi;
  /** Null for a moment after activation. */
  readonly surfaces: () => Surfaces | null;
  /** Those of the user, as far as they are known. */
  readonly projects: () => readonly ProjectRow[];
  readonly log: Log;
}

/** What each command does; what it needs beyond this is loaded when it runs. */
export function commandHandlers(parts: CommandParts): CommandHandlers {
  const { context, config, keys, connection, syncHost, activityHost, diagnostics, dashboard, log } = parts;
  const account =
    (run: (commands: AccountCommands, argument: unknown) => Promise<void>) => async (argument: unknown) =>
      run(await parts.accountUi.commands(), argument);
  const consult = (name: keyof DoctorCommands) => async () => (await diagnostics.commands())[name]();
  const surfaces = () => {
    const there = parts.surfaces();
    if (!there) throw new Error(t('Runglass has not started yet: try again in a moment.'));
    return there;
  };
  const onRow = (name: keyof RowCommands) => async (argument: unknown) =>
    (await surfaces().loadRowCommands())[name](argument);
  const control = (name: keyof ActivityCommands) => async () => (await activityHost.loadCommands())[name]();
  return {
    openDashboard: () => dashboard.show(),
    refresh: async () => {
      activityHost.activity.log({ type: eventTypes.dashboardRefreshed });
      const setRefreshing = (refreshing: boolean) => dashboard.setRefreshing(refreshing);
      await refresh({ connection, syncHost, setRefreshing, showProblem, log });
    },
    showLog: () => parts.output.show(),
    runDoctor: consult('runDoctor'),
    copyDoctorReport: consult('copyDoctorReport'),
    showSyncDetails: () => dashboard.show({ kind: 'details' }),
    measureRefetch: async () => {
      dashboard.show({ kind: 'details' }, { keepFocus: true });
      await (await diagnostics.details()).measure();
    },
    openUpgrade: () => openUpgrade(syncHost.current?.sync.replica.tables.subscriptions.values() ?? []),
    selectBackend: account(({ backends }, argument) => backends.selectBackend(argument)),
    addBackend: account(({ backends }, argument) => backends.addBackend(argument)),
    renameBackend: account(({ backends }, argument) => backends.renameBackend(argument)),
    removeBackend: account(({ backends }, argument) => backends.removeBackend(argument)),
    useEmbedded: account(({ backends }, argument) => backends.useEmbedded(argument)),
    setUpDatabase: account(({ setUp }, argument) => setUp.setUpDatabase(argument)),
    takeDatabaseDown: account(({ setUp }) => setUp.takeDatabaseDown()),
    signIn: account(({ signIn }, argument) => signIn.signIn(argument)),
    signOut: account(({ signIn }) => signIn.signOut()),
    agreeToActivity: account(({ signIn }) => signIn.agreeToActivity()),
    pauseActivity: control('pauseActivity'),
    resumeActivity: control('resumeActivity'),
    showPendingActivity: control('showPendingActivity'),
    sendActivity: control('sendActivity'),
    retryRefusedActivity: control('retryRefusedActivity'),
    discardRefusedActivity: control('discardRefusedActivity'),
    dismissDroppedActivity: control('dismissDroppedActivity'),
    excludeWorkspace: control('excludeWorkspace'),
    chooseProject: () => chooseProject(parts.projects(), activityHost.projectOfWorkspace(), log),
    openRun: onRow('openRun'),
    openModel: onRow('openModel'),
    showProject: onRow('showProject'),
    compareRuns: onRow('compareRuns'),
    findRuns: () => dashboard.show({ kind: 'findRuns' }),
    exportRuns: () => dashboard.show({ kind: 'exportRuns' }),
    exportUsage: () => dashboard.show({ kind: 'exportUsage' }),
    showAllProjects: () => dashboard.show({ kind: 'allProjects' }),
    cancelRun: onRow('cancelRun'),
    copyId: onRow('copyId'),
    useProjectHere: onRow('useProjectHere'),
    createProject: (argument) => surfaces().createProject(argument),
    unmuteRuns: () => surfaces().unmuteRuns(),
    logRun: async (argument) => {
      const { logRun } = await import('./firstRun/logRun.ts');
      await logRun(argument, {
        connection,
        templates: vscode.Uri.joinPath(context.extensionUri, 'media/snippets'),
        memento: context.globalState,
        inTerminals: config.current.terminalEnvironment,
      });
    },
    getStarted: async () => {
      const id = `${context.extension.id}#${walkthroughId}`;
      await vscode.commands.executeCommand('workbench.action.openWalkthrough', id);
      keys.set(contextKeys.walkthroughOpened, true);
    },
    openSettings: async () =>
      void (await vscode.commands.executeCommand(
        'workbench.action.openSettings',
        `@ext:${context.extension.id}`,
      )),
  };
}
