import { randomUUID } from 'node:crypto';
import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import type { ActivityStatus } from '../../shared/activity.ts';
import { type Disposable, DisposableStore } from '../../shared/disposable.ts';
import type { Emitter, Event } from '../../shared/emitter.ts';
import type { ProjectRow } from '../../shared/model.ts';
import type { DashboardStatus } from '../../shared/protocol.ts';
import type { Consent } from '../accounts/profiles.ts';
import { commands, contextKeys, secretNames } from '../ids.ts';
import { systemClock as clock } from '../platform/clock.ts';
import type { Configuration } from '../platform/configuration.ts';
import type { ContextKeys } from '../platform/contextKeys.ts';
import { nextTurn } from '../platform/nextTurn.ts';
import { secretStore } from '../platform/secrets.ts';
import type { Log } from '../sync/types.ts';
import { Activity } from './activity.ts';
import type { ActivityCommands } from './control/activityCommands.ts';
import type { isExcluded } from './control/exclusion.ts';
import type { PendingDocument } from './control/pendingDocument.ts';
import type { PendingInputs } from './control/pendingText.ts';
import { nothing, type Policy, policyOf } from './control/policy.ts';
import { projectOf } from './control/project.ts';
import { LazyCollectors } from './lazyCollectors.ts';
import type { SendEvents } from './outbox/outbox.ts';
import type { Account } from './outbox/records.ts';

export interface ActivityHostOptions {
  readonly context: vscode.ExtensionContext;
  readonly config: Configuration;
  readonly keys: ContextKeys;
  /** To the backend that this window is connected to; null when there is none. */
  readonly consent: () => Consent | null;
  /** Somebody is signed in, or is about to be. */
  readonly hasUser: () => boolean;
  /** Those of the user, as far as they are known. */
  readonly projects: () => readonly ProjectRow[];
  /** Those are all that there are. */
  readonly projectsAreCurrent: () => boolean;
  readonly status: () => DashboardStatus;
  /** BCP 47, of numbers. */
  readonly locale: string;
  readonly createLog: (name: string) => Log;
  readonly createEmitter: () => Emitter<void>;
}

/** Brings together what decides about the reports of this window, and keeps collectors and outbox to it. */
export class ActivityHost implements Disposable {
  /** Names this window and start in each event. */
  readonly sessionId = randomUUID();
  readonly activity: Activity;
  readonly #options: ActivityHostOptions;
  readonly #disposables = new DisposableStore();
  readonly #changed: Emitter<void>;
  readonly #collectors: LazyCollectors;
  #policy = nothing;
  /** The setting `runglass.project` that was said to be unknown. */
  #warnedOf: string | null = null;
  #isExcluded: typeof isExcluded | null = null;
  #pending: Promise<PendingDocument> | null = null;
  #loadingExclusion: Promise<void> | null = null;

  constructor(options: ActivityHostOptions) {
    this.#options = options;
    this.#changed = this.#disposables.add(options.createEmitter());
    this.activity = this.#disposables.add(this.#createActivity());
    this.#collectors = this.#disposables.add(this.#createCollectors());
    const { workspace } = vscode;
    const update = () => this.update();
    this.#disposables.add(workspace.onDidGrantWorkspaceTrust(update));
    // Before any collector hears of it: a folder that is never reported is not reported as added either.
    this.#disposables.add(workspace.onDidChangeWorkspaceFolders(update));
    this.#disposables.add(options.config.onDidChange(() => void this.#onConfig()));
    this.#disposables.add(
      this.activity.onDidChange(() => {
        options.keys.set(contextKeys.activityRefused, this.activity.refused > 0);
        options.keys.set(contextKeys.activityDropped, this.activity.dropped > 0);
      }),
    );
  }

  /** What is reported to the chosen backend while somebody is signed in. */
  get policy(): Policy {
    return this.#policy;
  }

  get onDidChange(): Event<void> {
    return this.#changed.event;
  }

  /** Decides anew, because something changed that it depends on. */
  update(): void {
    const { config, consent, hasUser, keys } = this.#options;
    const { activityEnabled, activityPaused, activityKinds } = config.current;
    const answer = consent();
    this.#policy = policyOf({
      agreed: answer && answer === 'given',
      enabled: activityEnabled,
      paused: activityPaused,
      kinds: activityKinds,
      excluded: this.#findExcluded(),
      trusted: vscode.workspace.isTrusted,
    });
    const applied = hasUser() ? this.#policy : nothing;
    this.activity.setPolicy(applied);
    this.#collectors.listen(applied.kinds);
    keys.set(contextKeys.activityPaused, activityPaused);
    // What the user does not want sent is not kept for later either; to a list that has grown there is no answer yet.
    if (!activityEnabled) void this.activity.forget('everything');
    else if (answer === 'none') void this.activity.forget('account');
    this.#changed.fire();
  }

  /** `account` is signed in, and its events go through `send`; a batch that is not full after `flushAfter` ms. */
  connect(account: Account, send: SendEvents, flushAfter: number): void {
    this.activity.connect(account, send, flushAfter);
  }

  /** Throws when no event may be sent at this very moment. */
  readonly assertWanted = (): void => {
    // Another window may have taken the consent back, of which this one is not told.
    this.update();
    if (this.activity.reporting !== 'on') throw new Error('The user does not want events to be sent.');
  };

  /** Project of events that name none, id; null for none. */
  projectOfWorkspace(): string | null {
    const folders = (vscode.workspace.workspaceFolders ?? []).map(({ name }) => name);
    const setting = this.#options.config.current.project;
    const project = projectOf({ setting, folders }, this.#options.projects());
    if (!project && setting && this.#options.projectsAreCurrent()) this.#warnOfProject(setting);
    return project;
  }

  /** Loaded when one is asked for. */
  async loadCommands(): Promise<ActivityCommands> {
    const { ActivityCommands } = await import('./control/activityCommands.ts');
    const { Formats } = await import('../../shared/format.ts');
    return new ActivityCommands({
      activity: this.activity,
      reporting: () => this.activity.reporting,
      status: this.#options.status,
      showPending: async () => (await this.#loadPending()).show(),
      formats: new Formats(this.#options.locale),
      log: this.#options.createLog('activity'),
    });
  }

  /** Logs what collectors hold back, because the window ends. */
  flush(): void {
    this.#collectors.flush();
  }

  dispose(): void {
    this.#disposables.dispose();
  }

  #loadPending(): Promise<PendingDocument> {
    this.#pending ??= Promise.all([
      import('./control/pendingDocument.ts'),
      import('./control/pendingText.ts'),
      import('./control/activityWords.ts'),
    ]).then(([{ PendingDocument }, { pendingText }, { reportingWords }]) => {
      const { createEmitter } = this.#options;
      const changed = this.#disposables.add(createEmitter());
      for (const event of [this.activity.onDidChange, this.onDidChange])
        this.#disposables.add(event(() => changed.fire()));
      const why = (activity: ActivityStatus) => activity.trouble ?? reportingWords(activity);
      const text = () => pendingText(this.#pendingInputs(why));
      return this.#disposables.add(new PendingDocument({ text, onDidChange: changed.event, clock }));
    });
    return this.#pending;
  }

  #pendingInputs(why: (activity: ActivityStatus) => string): PendingInputs {
    const { backend, activity } = this.#options.status();
    return {
      to: backend?.label ?? null,
      sending: this.activity.reporting === 'on',
      why: why(activity),
      waiting: this.activity.pendingEvents(),
      refused: this.activity.refusedEvents(),
      dropped: this.activity.dropped,
    };
  }

  async #onConfig(): Promise<void> {
    const before = this.#policy.reporting;
    this.update();
    await this.#loadingExclusion;
    // Whatever of this workspace still waits is not wanted either: another window would send it one day.
    if (before !== 'excluded' && this.#policy.reporting === 'excluded') this.activity.forgetWindow();
  }

  /** True also until it is known. */
  #findExcluded(): boolean {
    const folders = vscode.workspace.workspaceFolders ?? [];
    const list = this.#options.config.current.excludedWorkspaces;
    if (folders.length === 0 || list.length === 0) return false;
    const places = folders.map(({ uri }) => uri);
    const machine = { platform: process.platform, home: os.homedir() };
    if (this.#isExcluded) return this.#isExcluded(places, list, machine);
    this.#loadingExclusion ??= this.#loadExclusion();
    return true;
  }

  async #loadExclusion(): Promise<void> {
    this.#isExcluded = (await import('./control/exclusion.ts')).isExcluded;
    if (!this.#disposables.isDisposed) this.update();
  }

  #createActivity(): Activity {
    const { context, createLog, createEmitter } = this.#options;
    const log = createLog('activity');
    const changed = createEmitter();
    const { sessionId } = this;
    return new Activity({
      clock,
      log,
      changed,
      openStore: async () => {
        const { createNodeStore } = await import('./outbox/nodeStore.ts');
        const folder = path.join(context.globalStorageUri.fsPath, 'activity');
        const onChange = () => changed.fire();
        return createNodeStore({ folder, window: sessionId, clock, random: Math.random, log, onChange });
      },
      sessionId,
      editor: vscode.env.appName,
      project: () => this.projectOfWorkspace(),
    });
  }

  #createCollectors(): LazyCollectors {
    const { context, config, createLog } = this.#options;
    const output = createLog('collectors');
    return new LazyCollectors({
      load: async () => {
        await nextTurn();
        const { Collectors } = await import('./collectors/collectors.ts');
        const { PathFacts } = await import('./control/pathFacts.ts');
        const facts = this.#disposables.add(
          new PathFacts({
            detail: () => config.current.activityPaths,
            relativePath,
            secret: secretStore(context.secrets, secretNames.pathKey),
            log: output,
          }),
        );
        const prepare = () => facts.prepare();
        this.#disposables.add(config.onDidChange(prepare));
        prepare();
        const { log } = this.activity;
        const isSettings = settingsOf(context.globalStorageUri);
        return new Collectors({ log, pathFacts: facts.of, isSettings, clock, output });
      },
      log: output,
    });
  }

  #warnOfProject(setting: string): void {
    if (setting === this.#warnedOf) return;
    this.#warnedOf = setting;
    this.#options
      .createLog('activity')
      .warn(`"${setting}" is not the name or id of exactly one project; events belong to none.`);
    void import('./control/projectCommands.ts').then(({ warnOfUnknownProject }) =>
      warnOfUnknownProject(setting, () => vscode.commands.executeCommand(commands.chooseProject)),
    );
  }
}

function relativePath(file: vscode.Uri): string | null {
  const path = vscode.workspace.asRelativePath(file, false);
  // Of a workspace folder itself it is the whole path.
  return vscode.workspace.getWorkspaceFolder(file) && path !== file.fsPath ? path : null;
}

/** Tells the settings of the user and of the machine, of which VS Code keeps the latter beside `User/globalStorage`. */
function settingsOf(globalStorage: vscode.Uri): (file: vscode.Uri) => boolean {
  const machine = vscode.Uri.joinPath(globalStorage, '../../../Machine/settings.json');
  return (file) => file.scheme === 'vscode-userdata' || file.path === machine.path;
}
