import { rmSync } from 'node:fs';
import type { SupabaseClient } from '@supabase/supabase-js';
import { tables } from '../../src/shared/tables.ts';
import {
  type BackendReady,
  foreignStack,
  makeClient,
  spawnBackend,
  startBackend,
  stopProcess,
  temporaryFolder,
} from '../support/backend.ts';

/** A backend for end-to-end specs, with the user who signs in. */
export interface Stack extends BackendReady {
  readonly userId: string;
  /** Another client, with every right. */
  readonly admin: SupabaseClient;
  /** Folder of an embedded backend, which windows can attach to; null for another stack. */
  readonly dataFolder: string | null;
  dispose(): Promise<void>;
}

export interface EmbeddedStack extends Stack {
  readonly dataFolder: string;
  /** Signed in as the user, as a script of theirs is. */
  readonly script: SupabaseClient;
}

/** An embedded backend for one spec file, or a user of its own on the stack that the environment names. */
export function openStack(): Promise<Stack> {
  return foreignStack ? openForeign() : startEmbedded();
}

/** `seed` adds the rows of supabase/seed.sql. */
export async function startEmbedded(options: { readonly seed?: boolean } = {}): Promise<EmbeddedStack> {
  const dataFolder = temporaryFolder();
  const { child, ready } = await spawnBackend(dataFolder, options.seed ? ['--seed'] : []);
  const script = makeClient(ready.url, ready.publishableKey);
  const { data, error } = await script.auth.signInWithPassword(ready.user);
  if (error) throw error;
  return {
    ...ready,
    userId: data.user.id,
    admin: makeClient(ready.url, ready.secretKey),
    script,
    dataFolder,
    dispose: async () => {
      await stopProcess(child);
      rmSync(dataFolder, { recursive: true, force: true });
    },
  };
}

async function openForeign(): Promise<Stack> {
  const backend = await startBackend();
  const user = await backend.newUser();
  return {
    ...backend,
    user,
    userId: user.id,
    dataFolder: null,
    dispose: async () => {
      await forgetUser(backend.admin, user.id);
      await backend.stop();
    },
  };
}

/** Deletes a user with all rows; where there is no auth.admin, as on an embedded backend, the rows alone. */
async function forgetUser(admin: SupabaseClient, userId: string): Promise<void> {
  const { error } = await admin.auth.admin.deleteUser(userId);
  if (!error) return;
  for (const table of tables) await done(admin.from(table).delete().eq('user_id', userId));
}

/** Waits for an answer of supabase-js and throws the error in it. */
export async function done(answer: PromiseLike<{ readonly error: { readonly message: string } | null }>) {
  const { error } = await answer;
  if (error) throw new Error(error.message);
}
