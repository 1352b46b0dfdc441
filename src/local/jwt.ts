import { createHmac, timingSafeEqual } from 'node:crypto';

/** What a token says about its bearer; `role` is a database role, `exp` seconds since 1970. */
export interface Claims {
  readonly role: string;
  readonly exp?: number;
  readonly sub?: string;
  readonly [claim: string]: unknown;
}

export type TokenProblem =
  | { readonly reason: 'malformed' }
  | { readonly reason: 'signature' }
  | { readonly reason: 'expired'; readonly secondsAgo: number }
  | { readonly reason: 'missingFields' };

export type TokenResult = { readonly claims: Claims } | { readonly problem: TokenProblem };

/** Checks an HS256 token: shape, signature, expiry, then that it names a role and an end. `now` in ms. */
export function verifyToken(token: string, secret: string, now: number): TokenResult {
  const [header, payload, signature, ...rest] = token.split('.');
  if (!header || !payload || !signature || rest.length > 0) return { problem: { reason: 'malformed' } };
  const decodedHeader = decode(header);
  const claims = decode(payload);
  if (!decodedHeader || !claims) return { problem: { reason: 'malformed' } };
  const expected = createHmac('sha256', secret).update(`${header}.${payload}`).digest();
  const given = Buffer.from(signature, 'base64url');
  if (
    decodedHeader.alg !== 'HS256' ||
    given.length !== expected.length ||
    !timingSafeEqual(given, expected)
  ) {
    return { problem: { reason: 'signature' } };
  }
  const { exp, role } = claims;
  if (typeof exp === 'number' && exp * 1000 <= now) {
    return { problem: { reason: 'expired', secondsAgo: Math.floor(now / 1000 - exp) } };
  }
  if (typeof exp !== 'number' || typeof role !== 'string') return { problem: { reason: 'missingFields' } };
  return { claims: { ...claims, exp, role } };
}

function decode(part: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}
