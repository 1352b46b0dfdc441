import type { Attention, Log } from '../../src/extension/sync/types.ts';
import { Emitter } from '../../src/shared/emitter.ts';
import { Accounts } from './accounts.ts';
import { Database } from './database.ts';
import { Dice } from './dice.ts';
import { Disk } from './disk.ts';
import { Findings } from './findings.ts';
import type { Link } from './link.ts';
import { Network } from './network.ts';
import { Realtime } from './realtime.ts';
import { Timeline } from './timeline.ts';
import { Trace } from './trace.ts';
import type { Frame } from './transaction.ts';
import { Backend } from './transport.ts';
import { Weather } from './weather.ts';

export const users = ['a', 'b', 'c'].map((letter) => `00000000-0000-4000-8000-00000000000${letter}`);

/** What does not change during a run. */
export interface Settings {
  readonly seed: number;
  /** Server clock minus the host's at the begin, ms. */
  readonly skew: number;
  readonly tokenLifetime: number;
  readonly pageSize: number;
  /** What was let go of goes on talking for a moment. */
  readonly chatty: boolean;
}

/** Whether somebody looks, as the schedule says. */
export class Watcher implements Attention {
  readonly #changed: Emitter<void>;
  watched = true;
  awaitsRuns = false;

  constructor(onError: (error: unknown) => void) {
    this.#changed = new Emitter(onError);
  }

  get onDidChange() {
    return this.#changed.event;
  }

  get listenerCount(): number {
    return this.#changed.listenerCount;
  }

  set(watched: boolean, awaitsRuns: boolean): void {
    this.watched = watched;
    this.awaitsRuns = awaitsRuns;
    this.#changed.fire();
  }
}

/** Everything around the engine. */
export class World {
  readonly settings: Settings;
  readonly timeline = new Timeline();
  readonly trace: Trace;
  readonly findings: Findings;
  readonly weather: Weather;
  readonly network: Network;
  readonly accounts: Accounts;
  readonly attention: Watcher;
  readonly disk: Disk;
  readonly database: Database;
  readonly realtime: Realtime;
  readonly backend: Backend;
  readonly dice: Dice;
  readonly log: Log;
  /** Ways between the engine's states that were gone, as its log tells them. */
  readonly transitions = new Set<string>();
  onDelivered: (frame: Frame, link: Link) => void = () => {};

  constructor(settings: Settings, traced: boolean) {
    const { timeline } = this;
    this.settings = settings;
    this.dice = new Dice(`world ${settings.seed}`);
    this.trace = new Trace(timeline, traced);
    this.findings = new Findings(timeline, this.trace);
    const onError = (error: unknown) => this.findings.add('error', String(error));
    this.weather = new Weather(timeline);
    this.network = new Network(timeline, this.dice.fork('network'), this.weather);
    const lifetime = settings.tokenLifetime;
    this.accounts = new Accounts(timeline, this.network, this.dice.fork('accounts'), lifetime, onError);
    this.attention = new Watcher(onError);
    this.disk = new Disk(timeline, this.dice.fork('disk'), this.findings);
    this.database = new Database(timeline, this.dice.fork('rows'), settings.skew);
    this.realtime = new Realtime({
      ...this.#parts(),
      dice: this.dice.fork('realtime'),
      chatty: settings.chatty,
      onDelivered: (frame, link) => this.onDelivered(frame, link),
    });
    const { network, realtime } = this;
    const { pageSize, chatty } = settings;
    this.backend = new Backend({ ...this.#parts(), network, realtime, pageSize, chatty });
    this.log = this.#createLog();
  }

  #parts() {
    const { timeline, weather, database, accounts, trace } = this;
    return { timeline, weather, database, accounts, trace };
  }

  #createLog(): Log {
    const note = (line: string) => {
      if (/^\w+ -- \w+ --> \w+$/.test(line)) this.transitions.add(line);
      this.trace.add(() => `engine: ${line}`);
    };
    const error = (line: string) => this.findings.add('error', line);
    return { debug: note, info: note, warn: note, error };
  }
}
