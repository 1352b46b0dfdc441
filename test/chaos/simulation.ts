import { Engine } from '../../src/extension/sync/engine.ts';
import { type HostAction, isDeed, perform, userOf } from './deeds.ts';
import type { Finding } from './findings.ts';
import { History } from './history.ts';
import { Oracle } from './oracle.ts';
import type { Action, Schedule } from './schedule.ts';
import { type Fault, faults } from './weather.ts';
import { World } from './world.ts';

/** After the last fault everything that was missed is there within this, ms. */
const convergence = 90_000;
/** And a stream that is proven, whatever the last attempt was doing. */
const recovery = 130_000;
/** Then nothing happens for a while, ms. */
const rest = 60_000;
const probeInterval = 500;
/** By then the engine has noticed that the host slept, ms. */
const wakeNoticed = 2_500;

export interface Verdict {
  readonly finding: Finding | null;
  readonly trace: readonly string[];
  readonly transitions: ReadonlySet<string>;
  readonly faults: ReadonlySet<Fault>;
  readonly stats: {
    readonly virtualMs: number;
    readonly requests: number;
    readonly worstStaleness: number;
  };
}

/** Runs the engine in the world of a schedule, and judges it. The same schedule gives the same verdict and trace. */
export async function simulate(schedule: Schedule, traced = false): Promise<Verdict> {
  return new Simulation(schedule, traced).run();
}

class Simulation {
  readonly #schedule: Schedule;
  readonly #world: World;
  readonly #history: History;
  #engine: Engine;
  #oracle: Oracle;
  #worstStaleness = 0;
  #jumpedAt = Number.NEGATIVE_INFINITY;

  constructor(schedule: Schedule, traced: boolean) {
    this.#schedule = schedule;
    this.#world = new World(schedule.settings, traced);
    const { timeline, database } = this.#world;
    this.#history = new History(timeline, database, ({ userId }, key) => this.#oracle.hearFact(userId, key));
    this.#world.onDelivered = (frame, link) => this.#oracle.hearDelivery(frame, link);
    this.#world.accounts.onTold = () => this.#oracle.follow();
    [this.#engine, this.#oracle] = this.#createEngine();
  }

  async run(): Promise<Verdict> {
    const { timeline, accounts, findings, attention, database } = this.#world;
    const { actions, duration } = this.#schedule;
    accounts.signIn(userOf(0));
    this.#engine.start();
    for (const action of actions) timeline.after(action.at, () => this.#perform(action));
    this.#probe();
    const stop = () => findings.first !== null;
    await timeline.runUntil(duration, stop);
    while (!stop() && (timeline.isAsleep || !database.isIdle))
      await timeline.runUntil(timeline.now + 1_000, stop);
    const calm = Math.max(timeline.now, this.#world.weather.lastEnd(faults));
    timeline.reach(0, () => {
      attention.set(true, false);
      if (accounts.userId === null) accounts.signIn(userOf(0));
      this.#oracle.disturb();
    });
    await timeline.runUntil(calm + convergence, stop);
    if (!stop()) this.#oracle.checkEnd();
    await timeline.runUntil(calm + recovery, stop);
    if (!stop()) this.#oracle.checkLive();
    if (!stop()) this.#oracle.checkWindows();
    await this.#rest(stop);
    if (!stop()) await this.#checkLeaks(stop);
    return this.#verdict();
  }

  /** Nobody writes, nothing is wrong: one head check a minute is all that is asked. */
  async #rest(stop: () => boolean): Promise<void> {
    const { timeline, backend, accounts, findings } = this.#world;
    const before = backend.pulls + backend.pings;
    const began = timeline.now;
    await timeline.runUntil(began + rest, stop);
    const asked = backend.pulls + backend.pings - before;
    // A token that ran out takes its channel with it.
    const isQuiet = accounts.toldAt <= began;
    if (!stop() && isQuiet && asked > 2) findings.add('requests', `${asked} in a minute of rest`);
  }

  async #checkLeaks(stop: () => boolean): Promise<void> {
    const { timeline, backend, realtime, accounts, attention, findings } = this.#world;
    this.#engine.dispose();
    await timeline.runUntil(timeline.now, stop);
    const left = {
      timers: timeline.timerCount,
      channels: realtime.openLinks.length,
      transports: backend.opened - backend.disposed,
      listeners: accounts.listenerCount + attention.listenerCount,
    };
    const leaks = Object.entries(left).filter(([, count]) => count > 0);
    if (leaks.length > 0) findings.add('leak', leaks.map(([what, count]) => `${count} ${what}`).join(', '));
    await timeline.runUntil(timeline.now + rest, stop);
  }

  #verdict(): Verdict {
    const { findings, trace, transitions, weather, backend, timeline } = this.#world;
    if (findings.first) this.#engine.dispose();
    return {
      finding: findings.first,
      trace: trace.lines,
      transitions,
      faults: weather.met,
      stats: {
        virtualMs: timeline.now,
        requests: backend.pulls + backend.pings,
        worstStaleness: Math.max(this.#worstStaleness, this.#oracle.worstStaleness),
      },
    };
  }

  #createEngine(): [Engine, Oracle] {
    const { backend, accounts, attention, timeline, log, dice, disk } = this.#world;
    const userId = accounts.userId ?? userOf(0);
    const engine = new Engine({
      openTransport: backend.open,
      credentials: accounts,
      attention,
      clock: timeline.clock,
      random: dice.fork(`engine ${timeline.now}`).next,
      log,
      saved: { userId, cache: disk.open(userId) },
    });
    return [engine, new Oracle(this.#world, engine, this.#history)];
  }

  #probe(): void {
    const { timeline } = this.#world;
    timeline.after(probeInterval, () => {
      this.#oracle.check();
      this.#probe();
    });
  }

  #perform(action: Action): void {
    const { timeline, trace } = this.#world;
    trace.add(() => `— ${describe(action)}`);
    if (isDeed(action)) perform(this.#world, action);
    // The host does nothing while it sleeps.
    else timeline.reach(0, () => this.#act(action));
  }

  #act(action: HostAction): void {
    const { accounts } = this.#world;
    switch (action.do) {
      case 'jump':
        this.#jump(action.ms);
        break;
      case 'watch':
        this.#watch(action.watched, action.awaitsRuns);
        break;
      case 'signIn':
        if (accounts.userId !== userOf(action.user)) accounts.signIn(userOf(action.user));
        break;
      case 'signOut':
        accounts.signOut();
        break;
      case 'revoke':
        accounts.revoke();
        this.#oracle.disturb();
        break;
      case 'refresh':
        this.#refresh();
        break;
      case 'restart':
        this.#restart(action.harm);
        break;
      default:
        action satisfies never;
    }
  }

  #jump(ms: number): void {
    const { timeline, disk } = this.#world;
    // Who wakes up to another clock cannot tell how much of it was sleep.
    if (timeline.wakesAt > 0 && timeline.now < timeline.wakesAt + wakeNoticed) return;
    timeline.jump(ms);
    this.#jumpedAt = timeline.now;
    disk.clear();
    this.#oracle.forgetClaim();
    this.#oracle.disturb();
  }

  #watch(watched: boolean, awaitsRuns: boolean): void {
    const { attention } = this.#world;
    if (watched && !attention.watched) this.#oracle.disturb();
    attention.set(watched, awaitsRuns);
  }

  #refresh(): void {
    const { timeline, findings, trace, accounts } = this.#world;
    const askedAt = timeline.now;
    const user = accounts.userId;
    const oracle = this.#oracle;
    const settled = (how: string) => trace.add(() => `refresh of ${askedAt / 1_000} ${how}`);
    this.#engine.refresh().then(
      () => {
        settled('is done');
        const missed = oracle.oldestMissed;
        if (user === accounts.userId && oracle === this.#oracle && missed && missed.at < askedAt)
          findings.add('refresh', `a change of ${missed.at / 1_000} s is missing`);
      },
      (error: unknown) => settled(`failed: ${String(error)}`),
    );
  }

  #restart(harm: boolean): void {
    const { accounts, disk, timeline } = this.#world;
    this.#engine.dispose();
    // Times that were saved before the engine noticed that the clock was set mean nothing.
    if (timeline.now < this.#jumpedAt + wakeNoticed) disk.clear();
    if (harm && accounts.userId) disk.harm(accounts.userId);
    this.#worstStaleness = Math.max(this.#worstStaleness, this.#oracle.worstStaleness);
    [this.#engine, this.#oracle] = this.#createEngine();
    this.#oracle.disturb();
    this.#engine.start();
  }
}

function describe(action: Action): string {
  const { at: _, ...rest } = action;
  return JSON.stringify(rest);
}
