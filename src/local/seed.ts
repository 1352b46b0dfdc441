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
  const answer = await database.app.fetch(
    new Request('http://127.0.0.1/auth/v1/signup', {
      method: 'POST',
      headers: { apikey: publishableKey, 'content-type': 'application/json' },
      body: JSON.stringify(user),
    }),
  );
  if (!answer.ok) {
    throw new BackendFailure('failed', `The demo user could not be made: ${await answer.text()}`);
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
