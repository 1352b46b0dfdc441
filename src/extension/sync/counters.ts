import type { SyncCounters } from '../../shared/syncDetails.ts';
import { tables } from '../../shared/tables.ts';
import type { StreamedChange, Traffic } from './transport.ts';

/** What is counted one by one; see `SyncCounters`. */
export type Count =
  | 'joins'
  | 'duplicates'
  | 'damaged'
  | 'gaps'
  | 'pulls'
  | 'headChecks'
  | 'pages'
  | 'pulled'
  | 'resyncs'
  | 'pings';

/** Counts what sync meets and costs, from the engine's opening to its end. */
export class Counters implements Traffic {
  readonly #since: number;
  readonly #counts = new Map<Count, number>();
  readonly #events = new Map<string, number>();
  readonly #http = { requests: 0, failed: 0, bytesSent: 0, bytesReceived: 0 };
  readonly #socket = { bytesSent: 0, bytesReceived: 0 };

  /** `since`: ms since 1970, host clock. */
  constructor(since: number) {
    this.#since = since;
  }

  http(sent: number, received: number, ok: boolean): void {
    this.#http.requests += 1;
    if (!ok) this.#http.failed += 1;
    this.#http.bytesSent += sent;
    this.#http.bytesReceived += received;
  }

  socket(sent: number, received: number): void {
    this.#socket.bytesSent += sent;
    this.#socket.bytesReceived += received;
  }

  count(what: Count, by = 1): void {
    this.#counts.set(what, this.#of(what) + by);
  }

  /** A change came over the socket; canaries are not counted. */
  event(change: StreamedChange): void {
    if (change.kind !== 'canary') this.#events.set(change.table, (this.#events.get(change.table) ?? 0) + 1);
  }

  /** The counts of this moment. */
  get snapshot(): SyncCounters {
    const events = tables.map((table) => [table, this.#events.get(table) ?? 0]);
    return {
      since: this.#since,
      http: { ...this.#http },
      socket: { joins: this.#of('joins'), ...this.#socket },
      events: Object.fromEntries(events) as SyncCounters['events'],
      duplicates: this.#of('duplicates'),
      damaged: this.#of('damaged'),
      gaps: this.#of('gaps'),
      pulls: this.#of('pulls'),
      headChecks: this.#of('headChecks'),
      pages: this.#of('pages'),
      pulled: this.#of('pulled'),
      resyncs: this.#of('resyncs'),
      pings: this.#of('pings'),
    };
  }

  #of(what: Count): number {
    return this.#counts.get(what) ?? 0;
  }
}

/** The counters in one line, for the log. */
export function describeCounters({ http, socket, events, ...rest }: SyncCounters): string {
  const changes = Object.values(events).reduce((sum, count) => sum + count, 0);
  const { duplicates, damaged, gaps, pulls, headChecks, pages, pulled, resyncs, pings } = rest;
  return [
    `HTTP ${http.requests} requests (${http.failed} failed), ${http.bytesSent} B out, ${http.bytesReceived} B in`,
    `socket ${socket.joins} joins, ${socket.bytesSent} B out, ${socket.bytesReceived} B in`,
    `${changes} changes (${duplicates} known, ${damaged} damaged), ${gaps} gaps`,
    `${pulls} pulls (${headChecks} head checks) of ${pages} pages and ${pulled} changes`,
    `${resyncs} resyncs, ${pings} pings`,
  ].join('; ');
}
