import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** A secret of 256 bits that needs no escaping in an address or a header. */
export function createSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** Whether two secrets are the same, in a time that does not tell how much of them is. */
export function sameSecret(one: string, other: string): boolean {
  const [a, b] = [one, other].map((secret) => createHash('sha256').update(secret).digest());
  return a !== undefined && b !== undefined && timingSafeEqual(a, b);
}
