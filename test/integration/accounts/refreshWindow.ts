import { readFile, rename, unlink, writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { Session } from '../../../src/extension/accounts/session.ts';
import { withFileLock } from '../../../src/extension/platform/fileLock.ts';
import type { SecretStore } from '../../../src/extension/platform/secrets.ts';
import { AuthClient } from '../../../src/extension/supabase/auth.ts';
import { Emitter } from '../../../src/shared/emitter.ts';

/** One window: a process with the shipped session. Says "ready", and what it got after each line on stdin. */

const [url = '', secretFile = '', lockFile = ''] = process.argv.slice(2);

const store: SecretStore = {
  read: () => readFile(secretFile, 'utf8').catch(() => null),
  write: async (value) => {
    await writeFile(`${secretFile}.${process.pid}`, value);
    await rename(`${secretFile}.${process.pid}`, secretFile);
  },
  remove: () => unlink(secretFile),
  onDidChange: () => ({ dispose: () => {} }),
};
const quiet = () => {};
const session = new Session({
  store,
  auth: new AuthClient({ url, publishableKey: 'sb_publishable_test' }),
  lock: (task) => withFileLock(lockFile, task),
  now: () => Date.now(),
  ended: async () => {},
  changed: new Emitter<void>(quiet),
  log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
});

await session.load();
console.log('ready');
for await (const _line of createInterface({ input: process.stdin })) {
  const credentials = await session.get();
  console.log(credentials?.accessToken ?? `signed out: ${session.problem?.reason ?? 'no reason'}`);
}
