import { createHash, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as v from 'valibot';
import { errorCode } from '../shared/errorCode.ts';
import { writeFileAtomic } from './files.ts';

const secretsSchema = v.object({
  jwtSecret: v.string(),
  publishableKey: v.string(),
  secretKey: v.string(),
  user: v.object({ email: v.string(), password: v.string() }),
});
export type Secrets = v.InferOutput<typeof secretsSchema>;

/** The secrets of this data folder, made at random the first time and kept in a file only its owner can read. */
export function loadSecrets(folder: string): Secrets {
  const file = path.join(folder, 'secrets.json');
  try {
    return v.parse(secretsSchema, JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    // A damaged file is replaced: everybody signs in again, no row is touched.
    if (!(error instanceof SyntaxError || v.isValiError(error) || errorCode(error) === 'ENOENT')) throw error;
  }
  const secrets: Secrets = {
    jwtSecret: randomBytes(48).toString('base64url'),
    publishableKey: `sb_publishable_${randomBytes(24).toString('base64url')}`,
    secretKey: `sb_secret_${randomBytes(32).toString('base64url')}`,
    user: { email: 'demo@runglass.local', password: password() },
  };
  writeFileAtomic(file, `${JSON.stringify(secrets, null, 2)}\n`);
  return secrets;
}

/** Whether it is that secret; how long the answer takes says nothing about how much of it is right. */
export function isSecret(given: unknown, secret: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return typeof given === 'string' && timingSafeEqual(digest(given), digest(secret));
}

/** Easy to type, and more than 100 bits: no letter that looks like another. */
function password(): string {
  const letters = 'abcdefghjkmnpqrstuvwxyz23456789';
  const group = () => Array.from({ length: 6 }, () => letters[randomInt(letters.length)]).join('');
  return [group(), group(), group(), group()].join('-');
}
