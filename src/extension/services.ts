import path from 'node:path';
import * as vscode from 'vscode';
import { eventTypes, type OwnEvent } from '../shared/activity.ts';
import { type Disposable, DisposableStore } from '../shared/disposable.ts';
import { Emitter } from '../shared/emitter.ts';
import { t } from '../shared/l10n.ts';
import type { ProjectRow } from '../shared/model.ts';
import { AccountServices } from './accountServices.ts';
import type { AccountCommands } from './accounts/accountCommands.ts';
import type { AccountSessions } from './accounts/accountSessions.ts';
import { AccountProvider } from './accounts/authProvider.ts';
import { type Account, Connection, type ConnectionOptions } from './accounts/connection.ts';
import { backendId, type Profile, Profiles, type RemoteProfile } from './accounts/profiles.ts';
import type { Activity } from './activity/activity.ts';
import { ActivityHost } from './activity/activityHost.ts';
import type { ActivityCommands } from './activity/control/activityCommands.ts';
import type { LogSyncEvent } from './activity/events.ts';
import { registerAgents } from './agents/agents.ts';
import { commandOfPage, registerCommands } from './commands.ts';
import { Dashboard } from './dashboard/panel.ts';
import { LiveSource } from './dashboard/source.ts';
import { dashboardStatus } from './dashboard/status.ts';
import { Diagnostics } from './diagnostics.ts';
import { applyDisplayLanguage } from './displayLanguage.ts';
import type { DoctorCommands } from './doctor/doctorCommands.ts';
import { commands, contextKeys, walkthroughId } from './ids.ts';
import { WindowAttention } from './platform/attention.ts';
import { systemClock as clock } from './platform/clock.ts';
import { Configuration } from './platform/configuration.ts';
import { ContextKeys } from './platform/contextKeys.ts';
import { createLog, describeError } from './platform/log.ts';
import { showProblem } from './platform/showProblem.ts';
import type { Surfaces } from './surfaces.ts';
import { createSyncFunctions, type SyncFunctions } from './sync/subscriptions.ts';
import { SyncHost } from './sync/syncHost.ts';
import type { RowCommands } from './views/rowCommands.ts';

/** What `activate()` gives to other extensions. */
export type RunglassApi = SyncFunctions<LogSyncEvent>;

const load = () => import('./sync.ts');

/** Closing the window or signing out waits this long for pending events, ms. */
const flushTimeout = 2_000;

/** Everything that works in one window, constructed in the order of dependency; nothing else constructs services. */
export class Services {
  /** Before anything is said. */
  readonly #language = applyDisplayLanguage();
  readonly #context: vscode.ExtensionContext;
  readonly #disposables = new DisposableStore();
  readonly #output = this.#disposables.add(vscode.window.createOutputChannel('Runglass', { log: true }));
  readonly #createLog = (name: string) => createLog(this.#output, name);
  readonly #log = this.#createLog('extension');
  readonly #onListenerError = (error: unknown) =>
    this.#log.error(`A listener failed: ${describeError(error)}`);
  readonly #config = this.#disposables.add(new Configuration(this.#emitter()));
  readonly #keys = new ContextKeys(
    (key, value) => void vscode.commands.executeCommand('setContext', key, value),
  );
  #dataFolder = this.#config.current.embeddedDataFolder;
  readonly #profiles: Profiles;
  readonly #syncHost: SyncHost;
  readonly #activityHost: ActivityHost;
  readonly #account: AccountServices;
  readonly #connection: Connection;
  readonly #diagnostics: Diagnostics;
  readonly #source: LiveSource;
  readonly #dashboard: Dashboard;
  readonly #attention: WindowAttention;
  #surfaces: Surfaces | null = null;

  constructor(context: vscode.ExtensionContext) {
    this.#context = context;
    this.#profiles = new Profiles(context.globalState, context.workspaceState);
    this.#syncHost = this.#disposables.add(new SyncHost(this.#onListenerError));
    this.#activityHost = this.#disposables.add(this.#createActivityHost());
    this.#account = this.#createAccount();
    this.#connection = this.#disposables.add(new Connection(this.#connectionOptions()));
    this.#diagnostics = this.#disposables.add(this.#createDiagnostics());
    this.#source = this.#disposables.add(this.#createSource());
    this.#dashboard = this.#disposables.add(this.#createDashboard());
    this.#attention = this.#disposables.add(
      new WindowAttention({
        isVisible: () => this.#dashboard.visible,
        awaitsRuns: () => this.#syncHost.awaitsRuns,
        onDidChange: [this.#dashboard.onDidChangeVisible, this.#syncHost.onDidChangeInterest],
        changed: this.#emitter(),
      }),
    );
    this.#disposables.add(
      this.#dashboard.onDidChangeVisible(() =>
        this.#keys.set(contextKeys.dashboardVisible, this.#dashboard.visible),
      ),
    );
    this.#disposables.add(this.#registerCommands());
    this.#disposables.add(this.#registerAgents());
    this.#disposables.add(this.#registerSignIn());
    this.#disposables.add(this.#connection.onDidChange(() => this.#onConnection()));
    this.#disposables.add(this.#config.onDidChange(() => this.#onConfig()));
    const tellState = () => this.#keys.set(contextKeys.connection, this.#source.status.state);
    this.#disposables.add(this.#source.onDidChangeStatus(tellState));
    tellState();
    this.#onConnection();
  }

  /** What other extensions get from `activate()`. */
  get api(): RunglassApi {
    return createSyncFunctions(this.#syncHost, this.#activity.log, this.#onListenerError);
  }

  /** Connects to the remembered backend, if there is one. */
  start(): void {
    void this.#connection.open();
    this.#openSurfaces().catch((error: unknown) =>
      this.#log.error(`Status bar and side views cannot be shown: ${describeError(error)}`),
    );
  }

  /** Has pending events on disk, sends them and saves the rows in bounded time, and disposes everything. */
  async end(): Promise<void> {
    this.#activityHost.flush();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, flushTimeout);
    });
    const saved = this.#syncHost.current?.sync.flush();
    await Promise.all([this.#activity.flush(flushTimeout), Promise.race([saved, late])]);
    clearTimeout(timer);
    await this.#activity.close();
    this.#disposables.dispose();
  }

  #emitter(): Emitter<void> {
    return new Emitter<void>(this.#onListenerError);
  }

  get #activity(): Activity {
    return this.#activityHost.activity;
  }

  #createActivityHost(): ActivityHost {
    return new ActivityHost({
      context: this.#context,
      config: this.#config,
      keys: this.#keys,
      consent: () => {
        // Not to the one that is remembered: another window may have chosen that meanwhile.
        const { state } = this.#connection;
        return state.kind === 'none' ? null : this.#profiles.consentTo(state.profile);
      },
      hasUser: () => {
        const { state } = this.#connection;
        if (state.kind === 'signedOut') return state.problem !== null && this.#activity.hasAccount;
        return state.kind !== 'none';
      },
      projects: () => this.#projects(),
      projectsAreCurrent: () => this.#syncHost.current?.sync.status.state === 'live',
      status: () => this.#source.status,
      locale: this.#language.locale,
      createLog: this.#createLog,
      createEmitter: () => this.#emitter(),
    });
  }

  #createAccount(): AccountServices {
    return new AccountServices({
      syncHost: this.#syncHost,
      activityHost: this.#activityHost,
      attention: () => this.#attention,
      backendOf: (profile) => this.#backendOf(profile),
      secrets: this.#context.secrets,
      storage: this.#context.globalStorageUri.fsPath,
      createLog: this.#createLog,
      createEmitter: () => this.#emitter(),
    });
  }

  #connectionOptions(): ConnectionOptions {
    const log = this.#createLog('connection');
    return {
      profiles: this.#profiles,
      openLocal: () => this.#openLocal(),
      openAuth: async (endpoint) => new (await load()).AuthClient(endpoint),
      openSession: (profile, auth) => this.#account.openSession(profile, auth),
      attach: (endpoint, profile, session) => this.#account.attach(endpoint, profile, session),
      wipe: (profile, account) => this.#account.wipe(profile, account),
      clock,
      log,
      changed: this.#emitter(),
    };
  }

  async #openLocal() {
    const { LocalBackend } = await import('./localBackend.ts');
    const own = path.join(this.#context.globalStorageUri.fsPath, 'backend');
    const chosen = this.#config.current.embeddedDataFolder;
    if (chosen && !path.isAbsolute(chosen))
      this.#log.warn(`The data folder ${chosen} is not an absolute path; using ${own}.`);
    return new LocalBackend({
      folder: path.isAbsolute(chosen) ? chosen : own,
      mainPath: this.#context.asAbsolutePath('dist/backend/main.js'),
      log: this.#createLog('backend'),
    });
  }

  #createSource(): LiveSource {
    return new LiveSource({
      sync: () => this.#syncHost.current?.sync ?? null,
      onDidChangeSync: this.#syncHost.onDidChange,
      status: () =>
        dashboardStatus({
          connection: this.#connection.state,
          engine: this.#syncHost.current?.sync.status ?? null,
          reporting: this.#activityHost.policy.reporting,
          restricted: !vscode.workspace.isTrusted,
          trouble: this.#troubleWords(),
          events: this.#activity,
          stalledAfter: this.#config.current.runsStalledAfter * 60_000,
        }),
      onDidChangeStatus: [
        this.#connection.onDidChange,
        this.#config.onDidChange,
        this.#activity.onDidChange,
        this.#activityHost.onDidChange,
      ],
      session: this.#activityHost.sessionId,
      ownEvents: () => this.#ownEvents(),
      replicaChanged: this.#emitter(),
      statusChanged: this.#emitter(),
      rowsChanged: this.#emitter(),
    });
  }

  #troubleWords(): string | null {
    const { trouble } = this.#activity;
    return (trouble && this.#surfaces?.troubleWords(trouble)) ?? null;
  }

  #ownEvents(): readonly OwnEvent[] {
    const { replica, status } = this.#syncHost.current?.sync ?? {};
    return this.#activity.ownEvents({
      has: (id) => replica?.tables.ide_sync_events.has(id) ?? false,
      asOf: status?.asOf ?? null,
    });
  }

  #createDashboard(): Dashboard {
    return new Dashboard({
      extensionUri: this.#context.extensionUri,
      source: this.#source,
      details: () => this.#diagnostics.details(),
      opened: () => void this.#activity.log({ type: eventTypes.dashboardOpened }),
      timeline: () => this.#account.timeline,
      access: () => this.#account.access,
      written: () => this.#account.written(),
      hold: () => this.#syncHost.hold(),
      run: async (command) => void (await vscode.commands.executeCommand(commandOfPage(command))),
      language: this.#language,
      clock,
      log: this.#createLog('dashboard'),
      changed: this.#emitter(),
    });
  }

  #createDiagnostics(): Diagnostics {
    return new Diagnostics({
      connection: this.#connection,
      sync: () => this.#syncHost.current?.sync ?? null,
      account: () => this.#account.details,
      show: () => this.#dashboard.show({ kind: 'details' }, { keepFocus: true }),
      version: String(this.#context.extension.packageJSON.version),
      createLog: this.#createLog,
      createEmitter: () => this.#emitter(),
    });
  }

  #registerCommands() {
    const backends =
      (name: Exclude<keyof AccountCommands['backends'], 'connect'>) => async (argument: unknown) =>
        (await this.#loadAccountCommands()).backends[name](argument);
    const database = (name: 'setUpDatabase' | 'takeDatabaseDown') => async (argument: unknown) =>
      (await this.#loadAccountCommands()).setUp[name](argument);
    const account = (name: 'signIn' | 'signOut' | 'agreeToActivity') => async (argument: unknown) =>
      (await this.#loadAccountCommands()).signIn[name](argument);
    const consult = (name: keyof DoctorCommands) => async () => (await this.#diagnostics.commands())[name]();
    const surfaces = () => {
      if (!this.#surfaces) throw new Error(t('Runglass has not started yet: try again in a moment.'));
      return this.#surfaces;
    };
    const onRow = (name: keyof RowCommands) => async (argument: unknown) =>
      (await surfaces().loadRowCommands())[name](argument);
    const control = (name: keyof ActivityCommands) => async () =>
      (await this.#activityHost.loadCommands())[name]();
    return registerCommands({
      openDashboard: () => this.#dashboard.show(),
      refresh: async () => {
        this.#activity.log({ type: eventTypes.dashboardRefreshed });
        void this.#connection.checkSession({ force: true });
        await (await import('./refresh.ts')).refresh({
          connection: this.#connection,
          syncHost: this.#syncHost,
          setRefreshing: (refreshing) => this.#dashboard.setRefreshing(refreshing),
          showProblem,
          log: this.#log,
        });
      },
      showLog: () => this.#output.show(),
      runDoctor: consult('runDoctor'),
      copyDoctorReport: consult('copyDoctorReport'),
      showSyncDetails: () => this.#dashboard.show({ kind: 'details' }),
      measureRefetch: async () => {
        this.#dashboard.show({ kind: 'details' }, { keepFocus: true });
        await (await this.#diagnostics.details()).measure();
      },
      openUpgrade: async () => {
        const { openUpgrade } = await import('./upgrade.ts');
        await openUpgrade(this.#source.replica?.tables.subscriptions.values() ?? []);
      },
      selectBackend: backends('selectBackend'),
      addBackend: backends('addBackend'),
      renameBackend: backends('renameBackend'),
      removeBackend: backends('removeBackend'),
      setUpDatabase: database('setUpDatabase'),
      takeDatabaseDown: database('takeDatabaseDown'),
      signIn: account('signIn'),
      signOut: account('signOut'),
      useEmbedded: backends('useEmbedded'),
      agreeToActivity: account('agreeToActivity'),
      pauseActivity: control('pauseActivity'),
      resumeActivity: control('resumeActivity'),
      showPendingActivity: control('showPendingActivity'),
      sendActivity: control('sendActivity'),
      retryRefusedActivity: control('retryRefusedActivity'),
      discardRefusedActivity: control('discardRefusedActivity'),
      dismissDroppedActivity: control('dismissDroppedActivity'),
      excludeWorkspace: control('excludeWorkspace'),
      chooseProject: async () => {
        const { chooseProject } = await import('./activity/control/projectCommands.ts');
        await chooseProject(this.#projects(), this.#activityHost.projectOfWorkspace(), this.#log);
      },
      openRun: onRow('openRun'),
      openModel: onRow('openModel'),
      showProject: onRow('showProject'),
      compareRuns: onRow('compareRuns'),
      findRuns: () => this.#dashboard.show({ kind: 'findRuns' }),
      exportRuns: () => this.#dashboard.show({ kind: 'exportRuns' }),
      exportUsage: () => this.#dashboard.show({ kind: 'exportUsage' }),
      showAllProjects: () => this.#dashboard.show({ kind: 'allProjects' }),
      cancelRun: onRow('cancelRun'),
      copyId: onRow('copyId'),
      useProjectHere: onRow('useProjectHere'),
      createProject: async (argument) => surfaces().createProject(argument),
      unmuteRuns: async () => surfaces().unmuteRuns(),
      logRun: async (argument) => {
        const { logRun } = await import('./firstRun/logRun.ts');
        await logRun(argument, {
          connection: this.#connection,
          templates: vscode.Uri.joinPath(this.#context.extensionUri, 'media/snippets'),
          memento: this.#context.globalState,
          inTerminals: this.#config.current.terminalEnvironment,
        });
      },
      getStarted: async () => {
        const id = `${this.#context.extension.id}#${walkthroughId}`;
        await vscode.commands.executeCommand('workbench.action.openWalkthrough', id);
        this.#keys.set(contextKeys.walkthroughOpened, true);
      },
      openSettings: async () =>
        void (await vscode.commands.executeCommand(
          'workbench.action.openSettings',
          `@ext:${this.#context.extension.id}`,
        )),
    });
  }

  /** What leads to an account besides commands, and notices that one has ended; all load when they are used. */
  #registerSignIn(): Disposable {
    const store = new DisposableStore();
    let sessions: Promise<AccountSessions> | null = null;
    store.add(
      new AccountProvider(this.#context.secrets, () => {
        sessions ??= this.#loadAccountSessions();
        return sessions;
      }),
    );
    const handleUri = async (uri: vscode.Uri) =>
      (await this.#loadAccountCommands()).signIn.returnFromBrowser(uri);
    store.add(vscode.window.registerUriHandler({ handleUri }));
    store.add(
      vscode.window.onDidChangeWindowState(({ focused }) => {
        if (focused) void this.#connection.checkSession();
      }),
    );
    return store;
  }

  async #loadAccountSessions(): Promise<AccountSessions> {
    const { AccountSessions } = await import('./accounts/accountSessions.ts');
    return new AccountSessions({
      profiles: () => this.#profiles.remotes,
      openSession: (profile) => this.#connection.openSession(profile),
      signIn: async (profile) => (await this.#loadAccountCommands()).askForAccount(profile),
      signOutOf: async (profile) => (await this.#loadAccountCommands()).signIn.signOutOf(profile),
      log: this.#createLog('account'),
    });
  }

  #registerAgents() {
    return registerAgents({
      manifest: this.#context.extension.packageJSON,
      loadTools: async () => {
        const { AgentTools } = await import('./agents/tools.ts');
        return new AgentTools({
          connection: this.#connection,
          syncHost: this.#syncHost,
          access: () => this.#account.access,
          silence: () => this.#config.current.runsStalledAfter * 60_000,
        });
      },
      log: this.#createLog('agents'),
    });
  }

  /** Loaded after activation, which is to be short. */
  async #openSurfaces(): Promise<void> {
    const { Surfaces } = await import('./surfaces.ts');
    if (this.#disposables.isDisposed) return;
    this.#surfaces = this.#disposables.add(
      new Surfaces({
        source: this.#source,
        config: this.#config,
        keys: this.#keys,
        activityHost: this.#activityHost,
        clock,
        syncHost: this.#syncHost,
        connection: this.#connection,
        variables: this.#context.environmentVariableCollection,
        backend: () => {
          const { state } = this.#connection;
          return state.kind === 'none' ? null : this.#backendOf(state.profile);
        },
        dashboard: this.#dashboard,
        cancelRun: (run) => this.#account.cancelRun(run),
        createProject: (project) => this.#account.createProject(project),
        projects: () => this.#projects(),
        locale: this.#language.locale,
        memento: this.#context.globalState,
        manifest: this.#context.extension.packageJSON,
        storage: this.#context.globalStorageUri.fsPath,
        createLog: this.#createLog,
      }),
    );
  }

  /** Those of the user, as far as they are known. */
  #projects(): readonly ProjectRow[] {
    return [...(this.#syncHost.current?.sync.replica.tables.projects.values() ?? [])];
  }

  /** Forms are loaded when one is asked for, so that activation need not read them. */
  async #loadAccountCommands(): Promise<AccountCommands> {
    const { AccountCommands } = await import('./accounts/accountCommands.ts');
    return new AccountCommands({
      connection: this.#connection,
      profiles: this.#profiles,
      checks: await this.#diagnostics.admission(),
      api: {
        openAuth: async (endpoint) => new (await load()).AuthClient(endpoint),
      },
      pending: await this.#account.openPendingSignIns(),
      accountOf: (profile) => this.#accountOf(profile),
      sqlFolder: this.#context.asAbsolutePath('dist/backend'),
      refresh: async () => void (await vscode.commands.executeCommand(commands.refresh)),
      log: this.#createLog('account'),
      endActivity: async () => {
        await this.#activity.flush(flushTimeout);
        await this.#activity.signOut();
      },
      consentChanged: () => this.#activityHost.update(),
    });
  }

  /** Who is signed in to a backend, chosen or not; nobody is asked. */
  async #accountOf(profile: RemoteProfile): Promise<Account | null> {
    const session = await this.#connection.openSession(profile);
    try {
      await session.load();
      return session.account;
    } finally {
      session.dispose();
    }
  }

  #onConnection(): void {
    const { state } = this.#connection;
    this.#keys.set(contextKeys.backendChosen, state.kind !== 'none');
    this.#keys.set(contextKeys.signedIn, state.kind === 'ready');
    const remote = state.kind !== 'none' && state.profile.kind === 'remote';
    this.#keys.set(contextKeys.remoteBackend, remote);
    this.#activity.setBackend(state.kind === 'none' ? null : this.#backendOf(state.profile));
    if (state.kind === 'signedOut') {
      this.#activity.forgetUnclaimed();
      if (!state.problem) void this.#activity.followSignOut();
    }
    this.#activityHost.update();
  }

  #onConfig(): void {
    const { state } = this.#connection;
    const folder = this.#config.current.embeddedDataFolder;
    const moved = folder !== this.#dataFolder;
    this.#dataFolder = folder;
    if (moved && state.kind !== 'none' && state.profile.kind === 'embedded') void this.#connection.open();
  }

  /** Names the backend that session, events and saved rows are of; a local one has its own users in every data folder. */
  #backendOf(profile: Profile): string {
    const id = backendId(profile);
    return profile.kind === 'embedded' ? `${id} ${this.#dataFolder}` : id;
  }
}
