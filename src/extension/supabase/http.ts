import { RunglassError } from '../../shared/status.ts';
import type { Traffic } from '../sync/transport.ts';
import { problemOfFailure, problemOfResponse } from './errors.ts';

export interface HttpOptions {
  /** How long nothing may come, ms: neither the answer nor more of its body. */
  readonly timeoutMs?: number;
  /** Aborts everything in flight. */
  readonly signal?: AbortSignal;
  /** Hears of every request when it has ended. */
  readonly traffic?: Traffic;
}

const defaultTimeout = 10_000;
/** A body that goes on coming may take so many timeouts in all: a first snapshot has 2 MB and more, and some lines are slow. */
const maxTimeouts = 6;
/** Bytes of a body. A page of `sync_pull`, of 1,000 rows, has far fewer. */
const maxBody = 128 << 20;

/**
 * A `fetch` that always ends: it rejects with `RunglassError` when there is no answer in time, none at all, or one
 * that is not JSON of an API with 2xx, and has read the whole body when it resolves.
 */
export function createFetch({ timeoutMs = defaultTimeout, signal, traffic }: HttpOptions = {}): typeof fetch {
  return async (input, init) => {
    let received = 0;
    const tell = (ok: boolean) => traffic?.http(bytesOf(init?.body), received, ok);
    // Not AbortSignal.timeout, which holds a request for as long as the limit, however soon it has ended.
    const limit = new AbortController();
    const giveUp = () => limit.abort(new DOMException('Nothing came.', 'TimeoutError'));
    const silence = setTimeout(giveUp, timeoutMs);
    const whole = setTimeout(giveUp, timeoutMs * maxTimeouts);
    const signals = [limit.signal, signal, init?.signal].filter((one) => one != null);
    try {
      // Followed, a redirect would turn a POST into a GET, and may carry the key to another host.
      const response = await fetch(input, { ...init, redirect: 'manual', signal: AbortSignal.any(signals) });
      const { status, headers } = response;
      const chunks: Uint8Array[] = [];
      for await (const chunk of response.body ?? []) {
        silence.refresh();
        received += chunk.byteLength;
        if (received > maxBody)
          throw new RunglassError({
            reason: 'server',
            status,
            detail: `The answer is over ${maxBody} bytes.`,
          });
        chunks.push(chunk);
      }
      const text = new TextDecoder().decode(Buffer.concat(chunks));
      const contentType = headers.get('content-type') ?? '';
      if (!response.ok || (text !== '' && !contentType.includes('json')))
        throw new RunglassError(
          problemOfResponse(status, text, contentType),
          undefined,
          retryAfterOf(headers.get('retry-after'), Date.now()),
        );
      tell(true);
      return new Response(status === 204 || text === '' ? null : text, { status, headers });
    } catch (error) {
      tell(false);
      if (error instanceof RunglassError) throw error;
      throw new RunglassError(
        problemOfFailure(error, timeoutMs, input instanceof Request ? input.url : String(input)),
        error,
      );
    } finally {
      clearTimeout(silence);
      clearTimeout(whole);
    }
  };
}

/** All that we send is text. */
function bytesOf(body: RequestInit['body']): number {
  return typeof body === 'string' ? Buffer.byteLength(body) : 0;
}

/** What `Retry-After` says, seconds or a date, in ms from `now`; null when it says nothing of use. */
function retryAfterOf(value: string | null, now: number): number | null {
  if (value === null) return null;
  const ms = /^\s*\d+\s*$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now;
  return Number.isFinite(ms) ? Math.max(0, ms) : null;
}

/** The base of a backend's address without a trailing slash; throws `badUrl` when it is none. */
export function parseBackendUrl(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (!parsed || !/^https?:$/.test(parsed.protocol))
    throw new RunglassError({ reason: 'badUrl', detail: `"${url}" is not an http or https address.` });
  return parsed.href.replace(/\/+$/, '');
}
