import { createHash } from 'node:crypto';

/** What the server is told of a verifier (RFC 7636): enough to know it again, not to make it (S256). */
export function challengeOf(verifier: string): string {
  return createHash('sha256').update(verifier).digest('base64url');
}
