import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../../shared/disposable.ts';
import type { Event } from '../../shared/emitter.ts';
import { t } from '../../shared/l10n.ts';
import { canUpgrade } from '../../shared/limits.ts';
import { isActive } from '../../shared/runs.ts';
import { currentUsage } from '../../shared/usage.ts';
import { commands, mementoKeys, settings } from '../ids.ts';
import type { RunNewsKind } from '../platform/config.ts';
import type { Configuration } from '../platform/configuration.ts';
import { describeError } from '../platform/log.ts';
import { Pacer } from '../platform/pacer.ts';
import { showProblem } from '../platform/showProblem.ts';
import type { RunSaying } from '../runWords.ts';
import type { ConnectedSync } from '../sync/syncHost.ts';
import type { Clock, Log, ReplicaBatch } from '../sync/types.ts';
import type { Claims } from './claims.ts';
import { type LimitNews, limitsPassed } from './limitNews.ts';
import { limitNewsWords, manyLimitsWords, manyRunsWords, runNewsWords } from './newsWords.ts';
import { endsAmong, type RunNews, stalledAmong, withoutKind } from './runNews.ts';

export interface NotifierOptions {
  readonly config: Configuration;
  /** Names the backend that is connected to; null without one. */
  readonly backend: () => string | null;
  /** The engine of the moment, and when it is another one. */
  readonly current: () => ConnectedSync | null;
  readonly onDidChangeCurrent: Event<void>;
  /** The dashboard is on screen. */
  readonly dashboardVisible: () => boolean;
  /** Keeps the engine open; with `awaitsRuns` somebody who sees nothing waits for runs to end. */
  readonly hold: (interest: { readonly awaitsRuns: boolean }) => Disposable;
  readonly saying: () => RunSaying;
  readonly claims: Claims;
  readonly memento: vscode.Memento;
  readonly clock: Clock;
  readonly log: Log;
}

interface HeardNews extends RunNews {
  /** The dashboard was in front when it happened. */
  readonly seen: boolean;
}

/** What comes closer together than this is told as one, ms. */
const gather = 1_500;
/** A window without the focus leaves the telling to the one that has it, for so long, ms. */
const yieldFor = 1_000;
/** How often silence is looked for, ms. */
const review = 30_000;
/** Runs that were muted, the last ones. */
const mostMuted = 200;

/** Tells the user of runs that end or fall silent, and of limits that are nearly used up: once, in one window. */
export class Notifier implements Disposable {
  readonly #options: NotifierOptions;
  readonly #disposables = new DisposableStore();
  #held: { readonly awaitsRuns: boolean; readonly hold: Disposable } | null = null;
  #following = new DisposableStore();
  /** Server time from which on this window looks; null until the rows were up to date once. */
  #since: number | null = null;
  #news: HeardNews[] = [];
  readonly #telling: Pacer;

  constructor(options: NotifierOptions) {
    this.#options = options;
    this.#telling = this.#disposables.add(new Pacer(options.clock, () => this.#tellSafely()));
    this.#disposables.add(options.onDidChangeCurrent(() => this.#follow()));
    this.#disposables.add(options.config.onDidChange(() => this.#attend()));
    this.#follow();
    void options.claims.tidy(options.clock.now());
  }

  dispose(): void {
    this.#following.dispose();
    this.#held?.hold.dispose();
    this.#disposables.dispose();
  }

  /** Holds the engine while there is something to tell of. */
  #attend(): void {
    const { hold, current } = this.#options;
    const { enabled, runs, limits } = this.#settings;
    const wantsRuns = enabled && runs.size > 0;
    const wants = wantsRuns || (enabled && limits.length > 0);
    const rows = current()?.sync.replica.tables.training_runs.values() ?? [];
    const awaitsRuns = wantsRuns && [...rows].some(isActive);
    if (this.#held && wants && this.#held.awaitsRuns === awaitsRuns) return;
    const before = this.#held;
    this.#held = wants ? { awaitsRuns, hold: hold({ awaitsRuns }) } : null;
    before?.hold.dispose();
  }

  get #settings() {
    return this.#options.config.current.notifications;
  }

  #follow(): void {
    this.#following.dispose();
    this.#following = new DisposableStore();
    this.#since = null;
    this.#news = [];
    const { sync } = this.#options.current() ?? {};
    if (sync) {
      this.#following.add(sync.replica.onDidChange((batch) => this.#onBatch(batch)));
      this.#following.add(sync.onDidChangeStatus(() => this.#telling.runIn(gather)));
      this.#telling.runIn(gather);
    }
    this.#attend();
  }

  #onBatch({ changes }: ReplicaBatch): void {
    const { now } = this.#options.saying();
    // Before the rows were up to date once, only what is known from last time can be news.
    const seen = this.#isQuiet();
    this.#news.push(...endsAmong(changes, this.#since ?? now, now).map((news) => ({ ...news, seen })));
    this.#telling.runIn(gather);
  }

  #tellSafely(): void {
    this.#tell().catch((error: unknown) =>
      this.#options.log.warn(`Something could not be told: ${describeError(error)}`),
    );
  }

  async #tell(): Promise<void> {
    this.#attend();
    const account = this.#options.current();
    if (!account) return;
    this.#telling.runIn(review);
    const { state, asOf, cached, clockOffset } = account.sync.status;
    const isCurrent = !cached && asOf !== null && (state === 'live' || state === 'polling');
    if (!isCurrent) return;
    this.#since ??= asOf + clockOffset;
    const news = this.#news;
    this.#news = [];
    const stalled = this.#stalled(account, asOf + clockOffset).map((each) => ({ ...each, seen: false }));
    await this.#tellRuns([...news, ...stalled], account);
    await this.#tellLimits(account);
  }

  #stalled({ sync }: ConnectedSync, asOf: number): RunNews[] {
    const { silence } = this.#options.saying();
    return stalledAmong(sync.replica.tables.training_runs.values(), silence, this.#since ?? asOf, asOf);
  }

  async #tellRuns(all: readonly HeardNews[], { userId }: ConnectedSync): Promise<void> {
    const { enabled, runs } = this.#settings;
    const muted = new Set(this.#muted());
    const wanted = all.filter(({ kind, run }) => enabled && runs.has(kind) && !muted.has(run.id));
    const own = await this.#claim(userId, wanted, ({ key }) => [key]);
    const news = own.filter(({ seen }) => !seen);
    if (news.length > 0 && !this.#isQuiet()) this.#showRuns(news);
  }

  async #tellLimits({ userId, sync }: ConnectedSync): Promise<void> {
    const { enabled, limits } = this.#settings;
    if (!enabled || limits.length === 0) return;
    const { tables } = sync.replica;
    const saying = this.#options.saying();
    const { subscription, period, usages } = currentUsage(tables, saying.now);
    const news = await this.#claim(userId, limitsPassed(usages, limits, period), ({ keys }) => keys);
    if (news.length === 0 || this.#isQuiet()) return;
    const [one, ...others] = news;
    if (!one) return;
    const words = others.length === 0 ? limitNewsWords(one, period, saying) : manyLimitsWords(news, saying);
    this.#showLimits(words, news, canUpgrade(subscription));
  }

  /** Those that nobody else tells; a window without the focus lets the others be first. */
  async #claim<T>(user: string, items: readonly T[], keysOf: (item: T) => readonly string[]): Promise<T[]> {
    const { claims, backend, clock } = this.#options;
    const owner = `${backend()} ${user}`;
    const fresh = items.filter((item) => !claims.knows(owner, keysOf(item)[0] ?? ''));
    if (fresh.length === 0) return [];
    if (!vscode.window.state.focused)
      await new Promise<void>((resolve) => clock.setTimeout(resolve, yieldFor));
    const own: T[] = [];
    for (const item of fresh) {
      const [first = '', ...lower] = keysOf(item);
      if (await claims.take(owner, first)) own.push(item);
      for (const key of lower) await claims.take(owner, key);
    }
    return own;
  }

  /** Who looks at the dashboard sees it there. */
  #isQuiet(): boolean {
    return vscode.window.state.focused && this.#options.dashboardVisible();
  }

  #showRuns(news: readonly RunNews[]): void {
    const saying = this.#options.saying();
    const [one, ...others] = news;
    if (!one) return;
    const isBad = news.some(({ kind }) => kind !== 'completed');
    const show = isBad ? vscode.window.showWarningMessage : vscode.window.showInformationMessage;
    const run = async (command: string, ...values: unknown[]) => {
      await vscode.commands.executeCommand(command, ...values);
    };
    const kinds = [...new Set(news.map(({ kind }) => kind))];
    const mutes = Object.fromEntries(kinds.map((kind) => [muteWords(kind), () => this.#muteKind(kind)]));
    if (others.length > 0) {
      const actions = { [t('Open Dashboard')]: () => run(commands.openDashboard), ...mutes };
      this.#show(show, manyRunsWords(news, saying), actions);
      return;
    }
    const { id } = one.run;
    this.#show(show, runNewsWords(one, saying), {
      [t('Open Run')]: () => run(commands.openRun, id),
      ...(one.kind === 'stalled' ? { [t('Mute This Run')]: () => this.#mute(id) } : {}),
      ...mutes,
    });
  }

  #showLimits(words: string, news: readonly LimitNews[], upgrade: boolean): void {
    const isFull = news.some(({ usage }) => (usage.ratio ?? 0) >= 1);
    const show = isFull ? vscode.window.showWarningMessage : vscode.window.showInformationMessage;
    const run = async (command: string) => {
      await vscode.commands.executeCommand(command);
    };
    this.#show(show, words, {
      [t('Open Dashboard')]: () => run(commands.openDashboard),
      ...(upgrade ? { [t('Change Plan')]: () => run(commands.openUpgrade) } : {}),
      [t('Mute Limits')]: () => this.#write(settings.notificationsLimits, []),
    });
  }

  #show(
    show: (message: string, ...actions: string[]) => Thenable<string | undefined>,
    words: string,
    actions: Readonly<Record<string, () => Promise<void>>>,
  ): void {
    show(`Runglass: ${words}`, ...Object.keys(actions)).then(
      (picked) => picked !== undefined && void actions[picked]?.(),
      (error: unknown) => this.#options.log.warn(`A notification failed: ${describeError(error)}`),
    );
  }

  #muted(): readonly string[] {
    const muted = this.#options.memento.get<unknown>(mementoKeys.mutedRuns);
    return Array.isArray(muted) ? muted : [];
  }

  async #mute(run: string): Promise<void> {
    const muted = [...this.#muted().filter((id) => id !== run), run].slice(-mostMuted);
    await this.#options.memento.update(mementoKeys.mutedRuns, muted);
  }

  async #muteKind(kind: RunNewsKind): Promise<void> {
    await this.#write(settings.notificationsRuns, withoutKind(this.#settings.runs, kind));
  }

  /** For the user; where the workspace has a value of its own, that is the one that counts. */
  async #write(setting: string, value: unknown): Promise<void> {
    try {
      const configuration = vscode.workspace.getConfiguration();
      const isOfWorkspace = configuration.inspect(setting)?.workspaceValue !== undefined;
      const { Global, Workspace } = vscode.ConfigurationTarget;
      await configuration.update(setting, value, isOfWorkspace ? Workspace : Global);
    } catch (error) {
      this.#options.log.error(`The setting ${setting} cannot be written: ${describeError(error)}`);
      showProblem(t('Nothing is muted: the settings cannot be written.'));
    }
  }
}

function muteWords(kind: RunNewsKind): string {
  switch (kind) {
    case 'completed':
      return t('Mute Finished Runs');
    case 'failed':
      return t('Mute Failed Runs');
    case 'stalled':
      return t('Mute Stalled Runs');
  }
}
