import { randomUUID } from 'node:crypto';
import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../shared/disposable.ts';
import type { Emitter, Event } from '../shared/emitter.ts';
import type { ProjectRow } from '../shared/model.ts';
import type { Consent } from './accounts/profiles.ts';
import { Activity } from './activity/activity.ts';
import type { isExcluded } from './activity/exclusion.ts';
import { LazyCollectors } from './activity/lazyCollectors.ts';
import { nothing, type Policy, policyOf } from './activity/policy.ts';
import { projectOf } from './activity/project.ts';
import { contextKeys, secretNames } from './ids.ts';
import { systemClock as clock } from './platform/clock.ts';
import type { Configuration } from './platform/configuration.ts';
import type { ContextKeys } from './platform/contextKeys.ts';

import { secretStore } from './platform/secrets.ts';
import type { Log } from './sync/types.ts';

export interface ActivityHostOptions {
  readonly context: vscode.ExtensionContext;
  readonly config: Configuration;
  readonly keys: ContextKeys;
  /** To the chosen backend; null when there is none. */
  readonly consent: () => Consent | null;
  /** Somebody is signed in, or is about to be. */
  readonly hasUser: () => boolean;
  /** Those of the user, as far as they are known. */
  readonly projects: () => Iterable<ProjectRow>;
  readonly createLog: (name: string) => Log;
  readonly createEmitter: () => Emitter<void>;
}

/** Brings together what decides about the reports of this window, and keeps collectors and outbox to it. */
export class ActivityHost implements Disposable {
  /** Names this window and start in each event. */
  readonly sessionId = randomUUID();
  readonly #options: ActivityHostOptions;
  readonly #disposables = new DisposableStore();
  readonly #changed: Emitter<void>;
  readonly #collectors: LazyCollectors;
  readonly activity: Activity;
  #policy = nothing;
  #isExcluded: typeof isExcluded | null = null;
  #loadingExclusion = false;

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
    this.#disposables.add(options.config.onDidChange(update));
    this.#disposables.add(
      this.activity.onDidChange(() =>
        options.keys.set(contextKeys.activityRefused, this.activity.quarantined > 0),
      ),
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

  /** Logs what collectors hold back, because the window ends. */
  flush(): void {
    this.#collectors.flush();
  }

  dispose(): void {
    this.#disposables.dispose();
  }

  /** True also until it is known. */
  #findExcluded(): boolean {
    const folders = vscode.workspace.workspaceFolders ?? [];
    const list = this.#options.config.current.excludedWorkspaces;
    if (folders.length === 0 || list.length === 0) return false;
    const places = folders.map(({ uri }) => uri);
    const machine = { platform: process.platform, home: os.homedir() };
    if (this.#isExcluded) return this.#isExcluded(places, list, machine);
    if (!this.#loadingExclusion) void this.#loadExclusion();
    return true;
  }

  async #loadExclusion(): Promise<void> {
    this.#loadingExclusion = true;
    this.#isExcluded = (await import('./activity/exclusion.ts')).isExcluded;
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
        const { createNodeStore } = await import('./activity/nodeStore.ts');
        const folder = path.join(context.globalStorageUri.fsPath, 'activity');
        const onChange = () => changed.fire();
        return createNodeStore({ folder, window: sessionId, clock, random: Math.random, log, onChange });
      },
      sessionId,
      editor: vscode.env.appName,
      project: () => this.#projectOfWorkspace(),
    });
  }

  #createCollectors(): LazyCollectors {
    const { context, config, createLog } = this.#options;
    const output = createLog('collectors');
    return new LazyCollectors({
      load: async () => {
        const { Collectors } = await import('./activity/collectors/collectors.ts');
        const { PathFacts } = await import('./activity/pathFacts.ts');
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
        return new Collectors({ log: this.activity.log, pathFacts: facts.of, clock, output });
      },
      log: output,
    });
  }

  #projectOfWorkspace(): string | null {
    const folders = (vscode.workspace.workspaceFolders ?? []).map(({ name }) => name);
    const setting = this.#options.config.current.project;
    return projectOf({ setting, folders }, [...this.#options.projects()]);
  }
}

function relativePath(file: vscode.Uri): string | null {
  return vscode.workspace.getWorkspaceFolder(file) ? vscode.workspace.asRelativePath(file, false) : null;
}
