import type {
  OpenTransport,
  PullRequest,
  Transport,
  TransportAccount,
} from '../../src/extension/sync/transport.ts';
import type { Problem } from '../../src/shared/status.ts';
import type { Accounts } from './accounts.ts';
import type { Database } from './database.ts';
import type { Network, Request, Serve } from './network.ts';
import type { Realtime } from './realtime.ts';
import { begin, type Timeline } from './timeline.ts';
import type { Trace } from './trace.ts';
import type { Weather } from './weather.ts';

export interface BackendOptions {
  readonly timeline: Timeline;
  readonly weather: Weather;
  readonly network: Network;
  readonly accounts: Accounts;
  readonly database: Database;
  readonly realtime: Realtime;
  readonly trace: Trace;
  /** Changes in a page of `sync_pull`. */
  readonly pageSize: number;
  /** Answers come although the transport that asked is disposed. */
  readonly chatty: boolean;
}

/** The engine's way to the world: the contract of transport.ts on top of network, database and Realtime. */
export class Backend {
  readonly #options: BackendOptions;
  readonly #nonces = new Set<string>();
  opened = 0;
  disposed = 0;
  pulls = 0;
  /** When the first snapshot was made that came last, ms of the world. */
  snapshotAt = 0;
  /** When a page arrived last that more follow on, ms of the world. */
  partialAt = 0;
  pings = 0;

  constructor(options: BackendOptions) {
    this.#options = options;
  }

  /** Whether this canary was sent by the engine. */
  hasSent(nonce: string): boolean {
    return this.#nonces.has(nonce);
  }

  readonly open: OpenTransport = (account) => {
    const { realtime, network, timeline, database, chatty } = this.#options;
    this.opened += 1;
    const pending = new Set<Request<unknown>>();
    const ask = <T>(serve: Serve<T>): Promise<T> => {
      const request = network.request(serve);
      pending.add(request);
      const forget = () => void pending.delete(request);
      request.answer.then(forget, forget);
      return request.answer;
    };
    const transport: Transport = {
      pull: async (request) => {
        const sentAt = timeline.now;
        const page = await ask(this.#servePull(account, request));
        if (request.since === null) this.snapshotAt = page.now - begin - database.skew;
        if (page.next < page.head) this.partialAt = timeline.now;
        return { ...page, roundTrip: timeline.now - sentAt };
      },
      ping: (nonce) => ask(this.#servePing(account, nonce)),
      join: (listener) => realtime.join(account, listener),
      dispose: () => {
        this.disposed += 1;
        if (!chatty) for (const request of pending) request.abort();
      },
    };
    return transport;
  };

  #servePull(account: TransportAccount, request: PullRequest): Serve<ReturnType<Database['pull']>> {
    const { database, pageSize, trace } = this.#options;
    this.pulls += 1;
    const token = account.accessToken();
    return (answer, refuse) => {
      const userId = this.#authorize(token, refuse);
      if (!userId) return;
      const page = database.pull(userId, request, pageSize);
      trace.add(
        () =>
          `pull ${userId.at(-1)} since ${request.since}: ${page.reset ? 'reset' : `${page.changes.length} changes, next ${page.next}`}, head ${page.head}`,
      );
      answer(page);
    };
  }

  #servePing(account: TransportAccount, nonce: string): Serve<{ seq: number; now: number }> {
    const { database, trace } = this.#options;
    this.pings += 1;
    this.#nonces.add(nonce);
    const token = account.accessToken();
    return (answer, refuse) => {
      const userId = this.#authorize(token, refuse);
      if (!userId) return;
      database.ping(userId, nonce, (reply) => {
        trace.add(() => `ping ${nonce.slice(0, 8)}: ${reply === 'busy' ? 'busy' : reply.seq}`);
        if (reply === 'busy')
          refuse({ reason: 'accountBusy', detail: 'canceling statement due to lock timeout' });
        else answer(reply);
      });
    };
  }

  #authorize(token: string, refuse: (problem: Problem) => void): string | null {
    const { weather, accounts } = this.#options;
    const known = weather.is('unauthorized') ? null : accounts.check(token);
    if (!known) refuse({ reason: 'sessionExpired', detail: 'JWT expired' });
    return known?.userId ?? null;
  }
}
