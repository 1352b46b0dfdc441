import { readFileSync } from 'node:fs';
import type { Database } from './database.ts';
import { BackendFailure } from './failure.ts';
import { messageOf } from './folder.ts';
import type { Secrets } from './keys.ts';

/** Makes the demo user, signing up as anybody would, unless it is there. */
export async function ensureUser(database: Database, { user, publishableKey }: Secrets): Promise<void> {
  const [there] = await database.exclusive((query) =>
    query('select 1 from auth.users where email = $1', [user.email]),
  );
  if (there) return;
  const answer = await withCheapHash(() =>
    database.app.fetch(
      new Request('http://127.0.0.1/auth/v1/signup', {
        method: 'POST',
        headers: { apikey: publishableKey, 'content-type': 'application/json' },
        body: JSON.stringify(user),
      }),
    ),
  );
  if (!answer.ok) {
    throw new BackendFailure('failed', `The demo user could not be made: ${await answer.text()}`);
  }
}

/**
 * Has Supabase Lite hash a password with bcrypt's smallest cost. A hash is slow so that passwords which people make up
 * cannot be guessed; a random one of 100 bits cannot be in any case, and would only cost each start and sign-in 0.1 s.
 */
async function withCheapHash<T>(work: () => Promise<T>): Promise<T> {
  const before = process.env.LITE_AUTH_BCRYPT_COST;
  process.env.LITE_AUTH_BCRYPT_COST = '4';
  try {
    return await work();
  } finally {
    if (before === undefined) delete process.env.LITE_AUTH_BCRYPT_COST;
    else process.env.LITE_AUTH_BCRYPT_COST = before;
  }
}

/** Runs the seed file once in the life of a data folder. */
export async function seed(database: Database, file: string): Promise<void> {
  const [done] = await database.exclusive((query) =>
    query("select 1 from runglass_local.state where key = 'seeded'"),
  );
  if (done) return;
  try {
    await database.script(
      `${readFileSync(file, 'utf8')}\n;insert into runglass_local.state (key, value) values ('seeded', 'true')`,
    );
  } catch (error) {
    throw new BackendFailure('failed', `The seed data could not be loaded: ${messageOf(error)}`, error);
  }
}
