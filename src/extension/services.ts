import path from 'node:path';
import * as vscode from 'vscode';
import { eventTypes, type OwnEvent } from '../shared/activity.ts';
import { DisposableStore } from '../shared/disposable.ts';
import { Emitter } from '../shared/emitter.ts';
import type { ProjectRow } from '../shared/model.ts';
import { AccountServices } from './accountServices.ts';
import { Connection, type ConnectionOptions } from './accounts/connection.ts';
import { backendId, type Profile, Profiles } from './accounts/profiles.ts';
import { AccountUi } from './accountUi.ts';
import type { Activity } from './activity/activity.ts';
import { ActivityHost } from './activity/activityHost.ts';
import type { LogSyncEvent } from './activity/events.ts';
import { registerAgents } from './agents/agents.ts';
import { commandOfPage, registerCommands } from './commands.ts';
import { Dashboard } from './dashboard/panel.ts';
import { LiveSource } from './dashboard/source.ts';
import { dashboardStatus, type StatusInputs } from './dashboard/status.ts';
import { Diagnostics } from './diagnostics.ts';
import { applyDisplayLanguage } from './displayLanguage.ts';
import { contextKeys } from './ids.ts';
import { WindowAttention } from './platform/attention.ts';
import { systemClock as clock } from './platform/clock.ts';
import { Configuration } from './platform/configuration.ts';
import { ContextKeys } from './platform/contextKeys.ts';
import { createLog, describeError } from './platform/log.ts';
import { nextTurn } from './platform/nextTurn.ts';
import type { Surfaces } from './surfaces.ts';
import { createSyncFunctions, type SyncFunctions } from './sync/subscriptions.ts';
import { SyncHost } from './sync/syncHost.ts';

/** What `activate()` gives to other extensions. */
export type RunglassApi = SyncFunctions<LogSyncEvent>;

const load = () => nextTurn().then(() => import('./sync.ts'));

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
  readonly #accountUi: AccountUi;
  #surfaces: Surfaces | null = null;
  #words: StatusInputs['words'] = null;
  readonly #wordsLoaded = this.#disposables.add(this.#emitter());

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
    this.#accountUi = this.#disposables.add(this.#createAccountUi());
    this.#disposables.add(this.#registerCommands());
    this.#disposables.add(this.#registerAgents());
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
    await nextTurn();
    const { LocalBackend, dataFolder } = await import('./localBackend.ts');
    const own = path.join(this.#context.globalStorageUri.fsPath, 'backend');
    return new LocalBackend({
      folder: dataFolder(this.#config.current.embeddedDataFolder, own, this.#log),
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
          words: this.#words,
        }),
      onDidChangeStatus: [
        this.#connection.onDidChange,
        this.#config.onDidChange,
        this.#activity.onDidChange,
        this.#activityHost.onDidChange,
        this.#wordsLoaded.event,
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

  /** What they do is loaded with the first that runs. */
  #registerCommands() {
    return registerCommands(async () => {
      const { commandHandlers } = await import('./commandHandlers.ts');
      return commandHandlers({
        context: this.#context,
        output: this.#output,
        config: this.#config,
        keys: this.#keys,
        connection: this.#connection,
        syncHost: this.#syncHost,
        activityHost: this.#activityHost,
        diagnostics: this.#diagnostics,
        dashboard: this.#dashboard,
        accountUi: this.#accountUi,
        surfaces: () => this.#surfaces,
        projects: () => this.#projects(),
        log: this.#log,
      });
    });
  }

  #createAccountUi(): AccountUi {
    return new AccountUi({
      context: this.#context,
      connection: this.#connection,
      profiles: this.#profiles,
      account: this.#account,
      diagnostics: this.#diagnostics,
      endActivity: async () => {
        await this.#activity.flush(flushTimeout);
        await this.#activity.signOut();
      },
      consentChanged: () => this.#activityHost.update(),
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

  /** Loaded after activation, which is to be short, and during which no problem can be known that wants words. */
  async #openSurfaces(): Promise<void> {
    await nextTurn();
    const [{ Surfaces }, words] = await Promise.all([import('./surfaces.ts'), import('./words.ts')]);
    if (this.#disposables.isDisposed) return;
    this.#words = words;
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
    this.#wordsLoaded.fire();
  }

  /** Those of the user, as far as they are known. */
  #projects(): readonly ProjectRow[] {
    return [...(this.#syncHost.current?.sync.replica.tables.projects.values() ?? [])];
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
