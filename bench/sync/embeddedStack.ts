import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { SupabaseClient } from '@supabase/supabase-js';
import { startBackend } from '../../scripts/start/backend.ts';
import { forgetFolder, keepFolder } from '../../scripts/vscodeHost/estate.ts';
import { AuthClient } from '../../src/extension/supabase/auth.ts';
import type { Table } from '../../src/shared/model.ts';
import { tables } from '../../src/shared/tables.ts';
import { makeClient } from '../../test/support/backend.ts';
import { pause } from './host.ts';
import type { Stack, StackUser, Write } from './stack.ts';

/** The embedded backend as it ships, on a temporary folder. */
export async function openEmbedded(): Promise<Stack> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'runglass-bench-'));
  keepFolder(folder);
  const { info, stop } = await startBackend(folder);
  const admin = makeClient(info.url, info.secretKey);
  let users = 0;
  return {
    name: 'embedded',
    url: info.url,
    publishableKey: info.publishableKey,
    newUser: async () => {
      users += 1;
      const account = { email: `bench-${users}@runglass.test`, password: `bench-password-${users}` };
      const client = makeClient(info.url, info.publishableKey);
      const { error } = await client.auth.signUp(account);
      if (error) throw error;
      const session = await new AuthClient(info).signInWithPassword(account.email, account.password);
      return new EmbeddedUser(admin, session);
    },
    cut: null,
    lose: null,
    stop: async () => {
      await stop();
      rmSync(folder, { recursive: true, force: true });
      forgetFolder(folder);
    },
  };
}

class EmbeddedUser implements StackUser {
  readonly credentials: StackUser['credentials'];
  readonly #admin: SupabaseClient;

  constructor(admin: SupabaseClient, credentials: StackUser['credentials']) {
    this.#admin = admin;
    this.credentials = credentials;
  }

  async write(writes: readonly Write[]): Promise<void> {
    for (const table of tables) {
      const rows = writes.filter((write) => write.table === table).map(({ row }) => this.#own(row));
      if (rows.length > 0) await this.#admin.from(table).upsert(rows).throwOnError();
    }
  }

  /** All runs in one statement, as often as the rate and the backend allow. */
  async flood(rate: number, seconds: number): Promise<number> {
    const { userId } = this.credentials;
    const runs = (await this.numbers('training_runs')).size;
    const startedAt = performance.now();
    let changes = 0;
    for (let step = 1; performance.now() - startedAt < seconds * 1_000; step++) {
      await this.#admin.from('training_runs').update({ step }).eq('user_id', userId).throwOnError();
      changes += runs;
      const early = startedAt + (changes / rate) * 1_000 - performance.now();
      if (early > 0) await pause(early);
    }
    return changes;
  }

  async numbers(table: Table): Promise<ReadonlyMap<string, number>> {
    const { userId } = this.credentials;
    const { data } = await this.#admin
      .from(table)
      .select('id, sync_seq')
      .eq('user_id', userId)
      .throwOnError();
    return new Map(data.map(({ id, sync_seq }) => [String(id), Number(sync_seq)]));
  }

  #own(row: Write['row']) {
    return { ...row, user_id: this.credentials.userId };
  }
}
