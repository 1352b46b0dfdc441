import type { Channel, ChannelEvent, TransportAccount } from '../../src/extension/sync/transport.ts';
import type { Disposable } from '../../src/shared/disposable.ts';
import type { Problem } from '../../src/shared/status.ts';
import type { Accounts } from './accounts.ts';
import type { Dice } from './dice.ts';
import type { Timeline } from './timeline.ts';
import type { Trace } from './trace.ts';
import type { Frame } from './transaction.ts';
import type { Weather } from './weather.ts';

export interface LinkOptions {
  readonly timeline: Timeline;
  readonly dice: Dice;
  readonly weather: Weather;
  readonly accounts: Accounts;
  readonly trace: Trace;
  /** A channel that was let go of may go on talking for a moment. */
  readonly chatty: boolean;
  readonly onDelivered: (frame: Frame, link: Link) => void;
}

export type LinkListener = (event: ChannelEvent) => void;

const heartbeat = 25_000;
const secondHeartbeat = 1_500;
/** A connection that was cut for longer than this is dead, ms. */
const tcpPatience = 20_000;
/** A channel that was let go of talks no longer than this, ms. */
const chatterTime = 3_000;

/** One socket with one channel: both ends of it, and what gets lost in between. */
export class Link implements Channel {
  readonly name: string;
  readonly userId: string;
  readonly #options: LinkOptions;
  readonly #account: TransportAccount;
  readonly #listener: LinkListener;
  #isConnected = true;
  #streamsFrom = Number.POSITIVE_INFINITY;
  #lastDue = 0;
  #token = '';
  #beat: Disposable | null = null;
  #awaitsPong = false;
  #disposedAt: number | null = null;
  #isEnded = false;

  constructor(options: LinkOptions, account: TransportAccount, listener: LinkListener, number: number) {
    this.#options = options;
    this.#account = account;
    this.#listener = listener;
    this.userId = account.userId;
    this.name = `channel ${number}`;
    this.#setBeat(heartbeat, () => this.#sendHeartbeat());
    options.timeline.after(options.dice.between(10, 150), () => this.#askToJoin());
  }

  get isOpen(): boolean {
    return this.#disposedAt === null && !this.#isEnded;
  }

  get isForgotten(): boolean {
    return this.#disposedAt !== null && this.#options.timeline.now > this.#disposedAt + chatterTime;
  }

  renewToken(): void {
    const { timeline, dice } = this.#options;
    timeline.after(dice.between(5, 100), () => {
      if (this.#isConnected && this.#streamsFrom < Number.POSITIVE_INFINITY && this.#takeToken())
        this.send(dice.between(1_000, 3_000), { type: 'armed' });
    });
  }

  probe(): void {
    this.#sendHeartbeat();
    if (!this.isOpen) return;
    const { weather } = this.#options;
    this.#setBeat(secondHeartbeat, () => {
      if (!this.#awaitsPong) this.#setBeat(heartbeat, () => this.#sendHeartbeat());
      else if (!weather.is('ignoresProbes')) this.#tell({ type: 'silent' });
    });
  }

  dispose(): void {
    this.#disposedAt ??= this.#options.timeline.now;
    this.#beat?.dispose();
  }

  /** The other end is gone, and nobody says so. */
  cut(): void {
    this.#isConnected = false;
  }

  /** The server ends the channel: it closes it, or takes the subscription back. */
  end(type: 'closed' | 'refused', problem: Problem, ms = 5): void {
    this.send(ms, { type, problem });
    this.#streamsFrom = Number.POSITIVE_INFINITY;
  }

  /** The server has renewed its subscription to the database. */
  rearm(): void {
    if (this.#streamsFrom < Number.POSITIVE_INFINITY) this.send(10, { type: 'armed' });
  }

  /** Sends a change, after what was sent before it unless it may overtake. */
  stream(frame: Frame, ms: number, inOrder: boolean): void {
    const { timeline } = this.#options;
    if (timeline.now < this.#streamsFrom) return;
    const due = inOrder ? Math.max(timeline.now + ms, this.#lastDue) : timeline.now + ms;
    if (inOrder) this.#lastDue = due;
    this.send(due - timeline.now, { type: 'change', change: frame.change }, frame);
  }

  /** Sends anything from the server's end. */
  send(ms: number, event: ChannelEvent, frame?: Frame): void {
    const { timeline, weather } = this.#options;
    if (!this.#isConnected) return;
    timeline.after(ms, () => {
      if (weather.is('offline') && weather.left('offline') > tcpPatience) this.#isConnected = false;
      if (!this.#isConnected) return;
      if (weather.is('offline')) this.send(weather.left('offline') + 20, event, frame);
      else timeline.reach(0, () => this.#tell(event, frame));
    });
  }

  #askToJoin(): void {
    const { weather, dice } = this.#options;
    if (weather.is('offline')) {
      this.#fail(2_000, 'The socket could not be opened.');
      return;
    }
    if (weather.is('ignoresJoins')) return;
    if (weather.is('refusesJoins')) {
      this.send(dice.between(10, 5_000), refused('noRealtime', 'ChannelRateLimitReached'));
      return;
    }
    if (!this.#takeToken()) return;
    this.send(dice.between(5, 300), { type: 'joined' });
    if (weather.is('unpublished')) {
      const problem = { reason: 'notPublished', tables: ['models'], detail: 'Unable to subscribe.' } as const;
      this.send(dice.between(310, 2_000), { type: 'refused', problem });
      return;
    }
    if (weather.is('neverArms')) return;
    this.#subscribe();
  }

  #subscribe(): void {
    const { weather, dice, timeline } = this.#options;
    const cold = dice.chance(0.3);
    const armed = cold ? dice.between(1_500, 2_800) : dice.between(0, 17);
    this.send(armed, { type: 'armed' });
    this.#streamsFrom = timeline.now;
    if (cold) this.#streamsFrom += armed - dice.between(0, 200);
    if (weather.is('premature')) this.#streamsFrom = timeline.now + armed + dice.between(1_000, 25_000);
  }

  /** The server takes the account's present token, or ends the channel. */
  #takeToken(): boolean {
    const { accounts, timeline } = this.#options;
    const token = this.#account.accessToken();
    const known = accounts.check(token);
    if (!known || known.userId !== this.userId) {
      this.send(5_000, refused('sessionExpired', 'InvalidJWTToken: Token has expired'));
      this.#streamsFrom = Number.POSITIVE_INFINITY;
      return false;
    }
    this.#token = token;
    timeline.after(known.until - timeline.now, () => {
      if (this.#token === token)
        this.end('closed', { reason: 'sessionExpired', detail: 'Token has expired.' });
    });
    return true;
  }

  #sendHeartbeat(): void {
    const { timeline, weather, dice } = this.#options;
    if (this.#awaitsPong) {
      this.#tell({ type: 'silent' });
      return;
    }
    this.#awaitsPong = true;
    this.#setBeat(heartbeat, () => this.#sendHeartbeat());
    const unheard = weather.is('deafToHeartbeats') && dice.chance(weather.rate('deafToHeartbeats'));
    if (!this.#isConnected || unheard) return;
    timeline.after(dice.between(5, 200), () => this.send(dice.between(5, 200), { type: 'pong' }));
  }

  #fail(ms: number, detail: string): void {
    this.#options.timeline.reach(ms, () => this.#tell({ type: 'closed', problem: noRealtime(detail) }));
  }

  #tell(event: ChannelEvent, frame?: Frame): void {
    const { timeline, chatty, trace, onDelivered } = this.#options;
    if (this.#isEnded) return;
    if (this.#disposedAt !== null && (!chatty || timeline.now > this.#disposedAt + chatterTime)) return;
    if (event.type === 'pong') this.#awaitsPong = false;
    if (event.type === 'refused' || event.type === 'closed' || event.type === 'silent') {
      this.#isEnded = true;
      this.#beat?.dispose();
    }
    trace.add(() => `${this.name}${this.#disposedAt === null ? '' : ', let go of,'} says ${describe(event)}`);
    if (frame && this.#disposedAt === null) onDelivered(frame, this);
    this.#listener(event);
  }

  #setBeat(ms: number, ring: () => void): void {
    this.#beat?.dispose();
    this.#beat = this.isOpen ? this.#options.timeline.clock.setTimeout(ring, ms) : null;
  }
}

function refused(reason: 'noRealtime' | 'sessionExpired', detail: string): ChannelEvent {
  return { type: 'refused', problem: { reason, detail } };
}

export function noRealtime(detail: string): Problem {
  return { reason: 'noRealtime', detail };
}

function describe(event: ChannelEvent): string {
  if (event.type === 'change') {
    const { change } = event;
    const what =
      change.kind === 'canary'
        ? change.nonce.slice(0, 8)
        : `${change.table} ${Number.parseInt(change.id.slice(-12), 16)}`;
    return `${change.kind} ${change.seq} (${what})`;
  }
  return 'problem' in event ? `${event.type}: ${event.problem.detail}` : event.type;
}
