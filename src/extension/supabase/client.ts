import {
  createClient,
  PostgrestError,
  type SupabaseClient,
  type WebSocketLikeConstructor,
} from '@supabase/supabase-js';
import WebSocket from 'ws';
import { RunglassError } from '../../shared/status.ts';
import { createFetch, type HttpOptions, parseBackendUrl } from './http.ts';

/** How long the server may take to answer a join, ms. */
const joinTimeout = 15_000;

export interface Backend {
  readonly url: string;
  readonly publishableKey: string;
}

export interface ClientOptions extends HttpOptions {
  /** Asked before every request; null sends the key alone. */
  readonly accessToken: () => string | null;
  /** Hears of every socket that Realtime opens, so that it can be ended for good. */
  readonly onSocket?: (socket: WebSocket) => void;
  /** A frame came that supabase-js cannot read. */
  readonly onUnreadable?: () => void;
}

/**
 * A supabase-js client that keeps no session of its own. Realtime always runs on `ws`: the WebSocket of an older
 * host is missing or passes the proxy settings by. Throws `badUrl`.
 */
export function createBackendClient(backend: Backend, options: ClientOptions): SupabaseClient {
  return createClient(parseBackendUrl(backend.url), backend.publishableKey, {
    auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
    accessToken: async () => options.accessToken(),
    global: { fetch: createFetch(options) },
    realtime: { transport: socketClass(options), timeout: joinTimeout },
  });
}

/** Calls a function of the database and answers its JSON; rejects with `RunglassError`. */
export function callFunction(
  client: SupabaseClient,
  name: string,
  args: Readonly<Record<string, unknown>>,
): Promise<unknown> {
  return answerOf(name, client.rpc(name, args));
}

/** A query as supabase-js builds it. */
interface Query {
  throwOnError(): PromiseLike<{ readonly data: unknown }>;
}

/** Makes the request of a query and answers its JSON; `name` is the function or table. Rejects with `RunglassError`. */
export async function answerOf(name: string, query: Query): Promise<unknown> {
  try {
    const { data } = await query.throwOnError();
    return data;
  } catch (error) {
    // Refusals never get as far as this (http.ts). The message is the body, which may hold rows.
    if (!(error instanceof PostgrestError)) throw error;
    const detail = `${name} answered with JSON that is cut off.`;
    throw new RunglassError({ reason: 'server', status: 200, detail });
  }
}

function socketClass({ onSocket, onUnreadable, traffic }: ClientOptions): WebSocketLikeConstructor {
  class Socket extends WebSocket {
    constructor(address: string | URL, protocols?: string | string[]) {
      super(address, protocols);
      this.on('message', (data: Buffer | ArrayBuffer) => traffic?.socket(0, data.byteLength));
      onSocket?.(this);
    }

    /** What supabase-js throws at a frame would end up in the socket's reader, which then reads nothing more. */
    override emit(event: string | symbol, ...values: unknown[]): boolean {
      try {
        return super.emit(event, ...values);
      } catch (error) {
        if (event !== 'message') throw error;
        onUnreadable?.();
        return true;
      }
    }

    override send(data: string): void {
      traffic?.socket(Buffer.byteLength(data), 0);
      super.send(data);
    }
  }
  // The same interface, but declared with its own event types instead of the DOM's.
  return Socket as unknown as WebSocketLikeConstructor;
}
