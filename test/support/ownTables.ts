import assert from 'node:assert/strict';
import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { SupabaseClient } from '@supabase/supabase-js';
import { type BackendProcess, makeClient, spawnBackend, stopProcess, temporaryFolder } from './backend.ts';
import { signToken } from './phoenix.ts';

export const userA = '11111111-1111-4111-8111-111111111111';
export const userB = '22222222-2222-4222-8222-222222222222';

/** An embedded backend that also has the tables of test/fixtures/ownTables, a door for SQL and a signer of tokens. */
export interface OwnTables extends BackendProcess {
  readonly admin: SupabaseClient;
  readonly sql: (statement: string) => Promise<void>;
  /** A token of `sub`, valid for `seconds`. */
  readonly token: (sub: string, seconds?: number, more?: Readonly<Record<string, unknown>>) => string;
  readonly secret: string;
  readonly kill: (signal: NodeJS.Signals) => Promise<void>;
  /** Starts it again after `kill`, on the same port. */
  readonly restart: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

export async function startOwnTables(): Promise<OwnTables> {
  const folder = temporaryFolder();
  const args = ['--migrations', path.resolve('test/fixtures/ownTables')];
  const started = await spawnBackend(folder, args);
  let { child } = started;
  const admin = makeClient(started.ready.url, started.ready.secretKey);
  const { jwtSecret: secret } = JSON.parse(readFileSync(path.join(folder, 'secrets.json'), 'utf8')) as {
    jwtSecret: string;
  };
  return {
    ...started,
    admin,
    secret,
    sql: async (statement) => {
      const { error } = await admin.rpc('run_sql', { statement });
      assert.equal(error, null, statement);
    },
    token: (sub, seconds = 3600, more = {}) =>
      signToken(
        {
          sub,
          role: 'authenticated',
          aud: 'authenticated',
          exp: Math.floor(Date.now() / 1000) + seconds,
          ...more,
        },
        secret,
      ),
    kill: (signal) => stopProcess(child, signal),
    restart: async () => {
      const { port } = new URL(started.ready.url);
      ({ child } = await spawnBackend(folder, [...args, '--port', port]));
    },
    stop: async () => {
      await stopProcess(child);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
