import { isLoopback } from '../../shared/loopback.ts';
import type { Problem } from '../../shared/status.ts';

/** `url` as typed by a person, made a base URL without a trailing slash; null when it is not http or https. */
export function normalizeUrl(url: string): string | null {
  const text = url.trim();
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return null;
  const { origin, pathname, username, password } = new URL(text);
  if (username !== '' || password !== '') return null;
  // The addresses of the parts are shown beside that of the project, and are copied as often.
  return `${origin}${pathname}`.replace(/\/+$/, '').replace(/\/(rest|auth|realtime)\/v1$/, '');
}

/** Why `key` cannot be the publishable (or anon) key of a project; null when it may be. */
export function checkPublishableKey(key: string): Problem | null {
  if (/^sb_secret_/.test(key) || roleOf(key) === 'service_role')
    return { reason: 'secretKey', detail: 'A secret key was given where a publishable one belongs.' };
  // Anything else cannot even be sent.
  if (!/^[\x21-\x7e]+$/.test(key))
    return { reason: 'badKey', detail: 'The key has characters that no key has.' };
  return null;
}

/** The role in an older key, which is a JWT. */
function roleOf(key: string): unknown {
  try {
    const payload: unknown = JSON.parse(Buffer.from(key.split('.')[1] ?? '', 'base64url').toString('utf8'));
    return payload && typeof payload === 'object' && 'role' in payload ? payload.role : undefined;
  } catch {
    return undefined;
  }
}

/** What a backend at `url` is called on screen: its host. */
export function labelOf(url: string): string {
  return new URL(url).host;
}

/** Whose machine a backend is on, as its address says. */
export type Place = 'thisMachine' | 'hosted' | 'selfHosted';

export function placeOf(url: string): Place {
  const { hostname } = new URL(url);
  if (isLoopback(hostname)) return 'thisMachine';
  return /\.supabase\.(co|in|red)$/.test(hostname) ? 'hosted' : 'selfHosted';
}

/** The ref of a hosted project; null for any other. */
export function projectRefOf(url: string): string | null {
  return /^([a-z]{20})\.supabase\.(co|in)$/.exec(new URL(url).hostname)?.[1] ?? null;
}

/** Whether what is sent there, tokens included, may be read on its way. */
export function isReadableOnTheWay(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === 'http:' && !isLoopback(hostname);
}

/** A key as it may be shown: its beginning and its end. */
export function shortKey(key: string): string {
  return key.length <= 24 ? key : `${key.slice(0, 18)}…${key.slice(-4)}`;
}
