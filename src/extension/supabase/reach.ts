import type { Reached } from '../doctor/probe.ts';
import { readProxyFailure } from './proxy.ts';

/** A proxy wants credentials. */
export const proxyAsks = { kind: 'proxy', status: 407, detail: 'HTTP 407' } as const satisfies Reached;

/** What an answer to a question without a key says of who answers. */
export function readAnswer({ status, headers }: Response, text: string): Reached {
  if (status === 407) return proxyAsks;
  const location = headers.get('location');
  if (status >= 300 && status < 400) return { kind: 'redirect', status, detail: hostOf(location ?? '') };
  if (isSupabase(status, text)) return { kind: 'reached', serverTime: dateOf(headers) };
  if (status >= 500) return { kind: 'down', status };
  const isPage = /html/i.test(headers.get('content-type') ?? '') || /^\s*<(!doctype|html)/i.test(text);
  return isPage ? { kind: 'page', status, detail: titleOf(text) } : { kind: 'stranger', status };
}

/** Why a request to `url`, or a WebSocket's, got no answer at all; `timeoutMs` is how long it was waited for. */
export function readFailure(error: unknown, timeoutMs: number, url: string): Reached {
  const proxy = readProxyFailure(error, url);
  if (proxy) return { kind: 'proxy', ...proxy };
  const detail = causes(error);
  if (/TimeoutError|ETIMEDOUT|UND_ERR_\w*TIMEOUT|timed.?out|handshake/i.test(detail))
    return { kind: 'timeout', detail: String(Math.round(timeoutMs / 1000)) };
  if (/ENOTFOUND|EAI_\w+|NAME_NOT_RESOLVED/.test(detail)) return { kind: 'dns', detail };
  if (/ECONNREFUSED|CONNECTION_REFUSED/.test(detail)) return { kind: 'refused', detail };
  if (/CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO_VERIFY|EPROTO/i.test(detail)) return { kind: 'tls', detail };
  if (/ENETUNREACH|EHOSTUNREACH|ENETDOWN|INTERNET_DISCONNECTED|ADDRESS_UNREACHABLE/.test(detail))
    return { kind: 'noNetwork', detail };
  return { kind: 'cut', detail };
}

/** Auth answers by its name, every gateway before it asks for the key that was left out. */
function isSupabase(status: number, text: string): boolean {
  if (status === 200) return /"name"\s*:\s*"GoTrue"/.test(text);
  return (
    (status === 401 || status === 403) && text.trimStart().startsWith('{') && /api.?key|apikey/i.test(text)
  );
}

function dateOf(headers: Headers): number | null {
  const date = Date.parse(headers.get('date') ?? '');
  return Number.isNaN(date) ? null : date;
}

function titleOf(html: string): string {
  return /<title[^>]*>([^<]{1,80})/i.exec(html)?.[1]?.trim() ?? '';
}

function hostOf(location: string): string {
  return URL.canParse(location) ? new URL(location).host : location.slice(0, 80);
}

/** Names, codes and messages of an error and of what it came from: `fetch failed` alone says nothing. */
function causes(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as NodeJS.ErrnoException;
  const inner = error instanceof AggregateError ? error.errors[0] : error.cause;
  const own = [error.name === 'Error' || error.name === 'TypeError' ? '' : error.name, code, error.message];
  const told = [...new Set(own.filter(Boolean))].join(' ');
  if (inner === undefined) return told;
  return error.message === 'fetch failed' || error.message === ''
    ? causes(inner)
    : `${told}: ${causes(inner)}`;
}
