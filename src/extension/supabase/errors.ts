import * as v from 'valibot';
import { errorCode } from '../../shared/errorCode.ts';
import { type Problem, RunglassError, type SignInRefusal } from '../../shared/status.ts';
import { readProxyFailure } from './proxy.ts';

/** The error bodies of PostgREST, Auth and the gateways in front of them. */
const bodySchema = v.object({
  code: v.nullish(v.union([v.string(), v.number()])),
  error_code: v.nullish(v.string()),
  message: v.nullish(v.string()),
  msg: v.nullish(v.string()),
  error: v.nullish(v.string()),
  error_description: v.nullish(v.string()),
  hint: v.nullish(v.string()),
});

export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
}

/** Function or table that PostgREST or Postgres does not know. */
const missing = new Set(['PGRST202', 'PGRST205', '42883', '42P01']);
const expired = new Set(['PGRST301', 'PGRST302', 'PGRST303', 'bad_jwt', 'no_authorization']);
const sessionEnded = new Set([
  'refresh_token_not_found',
  'refresh_token_already_used',
  'session_not_found',
  'session_expired',
  'user_not_found',
]);
/** What Auth says of somebody who wants to sign in. */
const signInRefusals: ReadonlyMap<string, SignInRefusal> = new Map([
  ['otp_expired', 'wrongCode'],
  ['otp_disabled', 'noAccount'],
  ['signup_disabled', 'noAccount'],
  ['user_banned', 'banned'],
  ['access_denied', 'denied'],
  ['email_provider_disabled', 'wayDisabled'],
  ['provider_disabled', 'wayDisabled'],
  ['oauth_provider_not_supported', 'wayDisabled'],
  ['captcha_failed', 'captcha'],
  ['insufficient_aal', 'secondFactor'],
  ['flow_state_not_found', 'stale'],
  ['flow_state_expired', 'stale'],
  ['flow_state_already_used', 'stale'],
  ['bad_code_verifier', 'stale'],
  ['bad_oauth_state', 'stale'],
  ['email_address_invalid', 'mailNotSent'],
  ['email_address_not_authorized', 'mailNotSent'],
]);

/** What an HTTP answer means that is not 2xx, or not what an API answers. */
export function problemOfResponse(status: number, text: string, contentType: string): Problem {
  if (status === 407)
    return { reason: 'proxy', status, detail: 'A proxy wants to know who asks (HTTP 407).' };
  const refusal = readRefusal(status, text);
  if (!refusal) {
    // A gateway tells with a page that what is behind it is down, that it has enough, or that this is too much at once.
    const isGateway = status >= 500 || status === 429 || status === 413;
    if (status < 400 || status === 404 || (contentType.includes('html') && !isGateway))
      return { reason: 'badUrl', detail: `There is no Supabase API at this address (HTTP ${status}).` };
    return server({ status, code: '', detail: contentType.includes('html') ? '' : text.slice(0, 200) });
  }
  return problemOfRefusal({ ...refusal, detail: refusal.detail || `HTTP ${status}` });
}

/** What the body of an answer that is not 2xx says; null when it is not that of an API. */
export function readRefusal(status: number, text: string): Refusal | null {
  const { success, output } = v.safeParse(v.pipe(v.string(), v.parseJson(), bodySchema), text);
  if (!success) return null;
  const detail = output.message ?? output.msg ?? output.error_description ?? output.error ?? '';
  return { status, code: String(output.error_code ?? output.code ?? output.error ?? ''), detail };
}

function problemOfRefusal(refusal: Refusal): Problem {
  const { status, code, detail } = refusal;
  if (missing.has(code)) return { reason: 'notMigrated', missing: namesIn(detail), detail };
  if (code === '42501') return problemOfRights(refusal);
  if (code === '55P03' || code === '40P01') return { reason: 'accountBusy', detail };
  if (code === '53100') return { reason: 'diskFull', detail };
  if (code === 'invalid_credentials' || code === 'invalid_grant' || code === 'email_not_confirmed')
    return { reason: 'badCredentials', detail };
  if (sessionEnded.has(code)) return { reason: 'sessionExpired', detail };
  const why = signInRefusals.get(code);
  if (why) return { reason: 'signInRefused', why, detail };
  if (/^over_\w+_rate_limit$/.test(code)) return { reason: 'tooMany', seconds: secondsIn(detail), detail };
  if (isKeyRefusal(refusal)) return { reason: 'badKey', detail };
  if (expired.has(code) || status === 401) return { reason: 'sessionExpired', detail };
  // Ours are there or `missing` says which is not; this is about the path below which they should be.
  if (status === 404 || status < 400) return { reason: 'badUrl', detail };
  return server(refusal);
}

/** What the address that a sign-in comes back to says instead of a code. */
export function problemOfCallback(error: string, code: string, detail: string): Problem {
  const why = signInRefusals.get(code) ?? signInRefusals.get(error) ?? 'other';
  return { reason: 'signInRefused', why, detail: detail || code || error };
}

/** "For security purposes, you can only request this after 42 seconds.": Auth has no field for it. */
function secondsIn(detail: string): number | null {
  const seconds = /after (\d+) seconds?/.exec(detail)?.[1];
  return seconds === undefined ? null : Number(seconds);
}

/** Postgres denies a role, a function of ours nobody in particular, and a policy a single row: only words tell which. */
function problemOfRights(refusal: Refusal): Problem {
  const { detail } = refusal;
  const what = /^permission denied for (?:table|function|schema) (\w+)/.exec(detail)?.[1];
  if (what) return { reason: 'notGranted', what, detail };
  if (/needs a signed-in user/.test(detail)) return { reason: 'sessionExpired', detail };
  return server(refusal);
}

/** Gateways have no code of their own for a refused key, only words. */
function isKeyRefusal({ status, detail }: Refusal): boolean {
  return (status === 401 || status === 403) && /api ?key/i.test(detail);
}

function server({ status, detail, code }: Refusal): Problem {
  return { reason: 'server', status, detail: code ? `${detail} (${code})` : detail || `HTTP ${status}` };
}

/** Names of functions or tables in a message of PostgREST or Postgres: `public.sync_pull(…)`, `"public.models"`. */
function namesIn(detail: string): string[] {
  return [...new Set([...detail.matchAll(/public\.(\w+)/g)].flatMap(([, name]) => (name ? [name] : [])))];
}

/** What a request to `url` that got no answer at all failed of; `timeoutMs` is how long it was waited for. */
export function problemOfFailure(error: unknown, timeoutMs: number, url: string): Problem {
  const name = error instanceof Error ? error.name : '';
  if (name === 'TimeoutError')
    return { reason: 'timeout', detail: `No answer within ${Math.round(timeoutMs / 1000)} s.` };
  if (name === 'AbortError') return { reason: 'unreachable', detail: 'Cancelled.' };
  const proxy = readProxyFailure(error, url);
  return proxy ? { reason: 'proxy', ...proxy } : { reason: 'unreachable', detail: rootMessage(error) };
}

const resets = new Set<unknown>(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']);

/** Whether a request failed because its connection was closed under it. */
export function wasReset(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return resets.has(errorCode(error)) || wasReset(error.cause);
}

/** Any failure as a `RunglassError`. */
export function toRunglassError(error: unknown): RunglassError {
  if (error instanceof RunglassError) return error;
  return new RunglassError({ reason: 'unexpected', detail: rootMessage(error) }, error);
}

/** `fetch failed` says nothing; its cause does. */
function rootMessage(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (cause instanceof AggregateError && cause.errors.length > 0) return rootMessage(cause.errors[0]);
  return cause instanceof Error ? rootMessage(cause) : error.message;
}

/** What Realtime says when it refuses a join, a binding or a token, or closes a channel. */
export function problemOfRealtime(detail: string): Problem {
  if (/InvalidJWT|JwtSignature|MalformedJWT|Token has expired|not a valid JWT|signature_error/i.test(detail))
    return { reason: 'sessionExpired', detail };
  if (/Realtime is enabled for the given|RealtimeDisabledForConfiguration/i.test(detail))
    return { reason: 'notPublished', tables: tablesIn(detail), detail };
  return { reason: 'noRealtime', detail };
}

/** Realtime names the binding that it refused: `[event: *, schema: public, table: models, …]`. */
function tablesIn(detail: string): string[] {
  return [...detail.matchAll(/table: (\w+)/g)].flatMap(([, name]) => (name ? [name] : []));
}
