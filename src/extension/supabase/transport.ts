import type { SupabaseClient } from '@supabase/supabase-js';
import * as v from 'valibot';
import { RunglassError } from '../../shared/status.ts';
import type {
  Channel,
  ChannelEvent,
  OpenTransport,
  PingReply,
  PullPage,
  PullRequest,
  Transport,
  TransportAccount,
} from '../sync/transport.ts';
import { type Backend, callFunction, createBackendClient } from './client.ts';
import { toRunglassError } from './errors.ts';
import { RealtimeChannelLink } from './realtimeChannel.ts';
import { decodeChanges, pageSchema, pingSchema } from './wire.ts';

const pageSize = 1_000;

/** Opens transports to one backend; see sync/transport.ts. Throws `badUrl`. */
export function createOpenTransport(backend: Backend): OpenTransport {
  return (account) => new SupabaseTransport(backend, account);
}

class SupabaseTransport implements Transport {
  readonly #backend: Backend;
  readonly #account: TransportAccount;
  readonly #abort = new AbortController();
  readonly #client: SupabaseClient;

  constructor(backend: Backend, account: TransportAccount) {
    this.#backend = backend;
    this.#account = account;
    this.#client = createBackendClient(backend, {
      accessToken: account.accessToken,
      signal: this.#abort.signal,
      traffic: account.traffic,
    });
  }

  async pull({ since, epoch }: PullRequest): Promise<PullPage> {
    const sentAt = performance.now();
    const page = await this.#call('sync_pull', { since, epoch, max_rows: pageSize }, pageSchema);
    return { ...page, changes: decodeChanges(page.changes), roundTrip: performance.now() - sentAt };
  }

  ping(nonce: string): Promise<PingReply> {
    return this.#call('sync_ping', { nonce }, pingSchema);
  }

  join(listener: (event: ChannelEvent) => void): Channel {
    return new RealtimeChannelLink(this.#backend, this.#account, listener);
  }

  dispose(): void {
    this.#abort.abort();
  }

  async #call<S extends v.GenericSchema>(
    name: string,
    args: Readonly<Record<string, unknown>>,
    schema: S,
  ): Promise<v.InferOutput<S>> {
    try {
      return v.parse(schema, await callFunction(this.#client, name, args));
    } catch (error) {
      if (!v.isValiError(error)) throw toRunglassError(error);
      const detail = `${name} answered in a form that this version does not read: ${error.message}`;
      throw new RunglassError({ reason: 'server', status: 200, detail }, error);
    }
  }
}
