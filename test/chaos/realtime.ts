import type { TransportAccount } from '../../src/extension/sync/transport.ts';
import type { Database } from './database.ts';
import { Link, type LinkListener, type LinkOptions } from './link.ts';
import type { Frame } from './transaction.ts';

export interface RealtimeOptions extends LinkOptions {
  readonly database: Database;
}

/**
 * The Realtime service: it polls the database's log some time after a commit, looks up who may see each row as it
 * is by then, and sends what is left to the channels. It keeps nothing for those who are not there.
 */
export class Realtime {
  readonly #options: RealtimeOptions;
  readonly #links = new Set<Link>();
  #backlog: Frame[] = [];
  #isPolling = false;
  #count = 0;

  constructor(options: RealtimeOptions) {
    this.#options = options;
    options.database.listen({
      onCommit: (_, frames) => this.#append(frames),
      onBreak: (_, log) => {
        if (log === 'begins anew') this.#backlog = [];
      },
    });
  }

  /** Channels that the host has not let go of. */
  get openLinks(): Link[] {
    return [...this.#links].filter((link) => link.isOpen);
  }

  join(account: TransportAccount, listener: LinkListener): Link {
    const link = new Link(this.#options, account, listener, this.#links.size + this.#count);
    this.#count += 1;
    for (const old of this.#links) if (old.isForgotten) this.#links.delete(old);
    this.#links.add(link);
    return link;
  }

  /** The server ends, or renews, every channel. */
  all(): Iterable<Link> {
    return this.#links;
  }

  #append(frames: readonly Frame[]): void {
    const { weather, timeline, dice } = this.#options;
    if (frames.length === 0) return;
    if (weather.is('deaf')) return;
    this.#backlog.push(...frames);
    if (this.#isPolling) return;
    this.#isPolling = true;
    const wait = weather.is('laggy') ? dice.between(1_000, 8_000) : dice.between(10, 500);
    timeline.after(wait, () => this.#poll());
  }

  #poll(): void {
    this.#isPolling = false;
    const frames = this.#backlog;
    this.#backlog = [];
    const { database } = this.#options;
    const visible = frames.filter(
      ({ rowKey, userId }) => rowKey === null || database.owner(rowKey) === userId,
    );
    for (const link of this.#links) {
      const own = visible.filter(({ userId }) => userId === link.userId);
      own.forEach((frame, i) => {
        this.#send(link, frame, i === own.length - 1);
      });
    }
  }

  #send(link: Link, frame: Frame, isLast: boolean): void {
    const { weather, dice } = this.#options;
    this.#count += 1;
    if (weather.is('drops') && dice.chance(weather.rate('drops'))) return;
    if (weather.is('dropsNth') && this.#count % Math.ceil(1 / weather.rate('dropsNth')) === 0) return;
    if (isLast && weather.is('dropsLast')) return;
    if (weather.is('damages') && dice.chance(weather.rate('damages'))) {
      link.send(dice.between(1, 20), { type: 'damaged', detail: 'Error 413: Payload Too Large' });
      return;
    }
    const reordered = weather.is('reorders') && dice.chance(weather.rate('reorders'));
    link.stream(frame, reordered ? dice.between(50, 3_000) : dice.between(1, 20), !reordered);
    if (weather.is('duplicates') && dice.chance(weather.rate('duplicates')))
      link.stream(frame, dice.between(1, 5_000), false);
  }
}
