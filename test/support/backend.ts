import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import { WebSocket } from 'ws';
import { keepFolder } from '../../scripts/vscodeHost/estate.ts';

/** A signed-in user with a client of its own. */
export interface TestUser {
  readonly client: SupabaseClient;
  readonly id: string;
  readonly email: string;
  readonly password: string;
}

/** A Supabase with our migrations: the embedded backend in a folder of its own, or the one that the environment names. */
export interface TestBackend {
  readonly url: string;
  readonly publishableKey: string;
  readonly secretKey: string;
  /** The seeded user; on a foreign stack one that was made for this run. */
  readonly user: { readonly email: string; readonly password: string };
  /** Acts as the service role. */
  readonly admin: SupabaseClient;
  /** Makes and signs in a user; its client is closed by `stop`. */
  newUser(): Promise<TestUser>;
  /** A client without a session. */
  anonymous(): SupabaseClient;
  stop(): Promise<void>;
}

export interface BackendProcess {
  readonly child: ChildProcess;
  readonly ready: BackendReady;
  readonly folder: string;
}
export interface BackendReady {
  readonly url: string;
  readonly publishableKey: string;
  readonly secretKey: string;
  readonly user: { readonly email: string; readonly password: string };
}

/** The stack that the suite is pointed at, or null for the embedded backend (docs/TESTING.md). */
export const foreignStack = readForeignStack();

/**
 * A suite about the embedded backend's own process or about tables that only it has. On a foreign stack it is
 * listed as not applicable.
 */
export function describeEmbedded(title: string, suite: (this: Mocha.Suite) => void): void {
  if (foreignStack) describe.skip(`${title} (of the embedded backend; not applicable here)`, suite);
  else describe(title, suite);
}

/** The built entry of the embedded backend, from wherever the bundled test runs. */
export const backendMain = path.resolve('dist/backend/main.js');

/** Starts the embedded backend in a temporary folder, or attaches to the foreign stack. */
export async function startBackend(options: { readonly seed?: boolean } = {}): Promise<TestBackend> {
  if (foreignStack) return attach(foreignStack, () => Promise.resolve());
  const folder = temporaryFolder();
  const { child, ready } = await spawnBackend(folder, options.seed ? ['--seed'] : []);
  return attach(ready, async () => {
    await stopProcess(child);
    rmSync(folder, { recursive: true, force: true });
  });
}

/** A new folder, which does not outlive this process. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'runglass-test-'));
  keepFolder(folder);
  return folder;
}

/**
 * Runs main.js on `folder` and resolves with what its ready line says; rejects with its stderr when it ends first.
 * `nodeArgs` are Node's own.
 */
export async function spawnBackend(
  folder: string,
  args: readonly string[] = [],
  nodeArgs: readonly string[] = [],
): Promise<BackendProcess> {
  const command = [...nodeArgs, backendMain, '--dir', folder, '--json', ...args];
  const child = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'pipe'] });
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const ready = await new Promise<BackendReady>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', (line) =>
      resolve(JSON.parse(line) as BackendReady),
    );
    // At its exit the last of stderr may still be on its way.
    child.once('close', (code) => reject(new BackendExit(code, stderr.trim())));
  });
  return { child, ready, folder };
}

/** The process ended before it was ready. */
export class BackendExit extends Error {
  override readonly name = 'BackendExit';
  readonly code: number | null;

  constructor(code: number | null, stderr: string) {
    super(stderr);
    this.code = code;
  }
}

/** Ends a process with `signal` and waits until it is gone. */
export async function stopProcess(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  await gone;
}

/** A supabase-js client as every test wants it: no stored session, no refresh timer, `ws` as the transport. */
export function makeClient(url: string, key: string): SupabaseClient {
  return createClient(url, key, {
    auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
    realtime: { transport: WebSocket as never },
  });
}

function attach(stack: BackendReady, stop: () => Promise<void>): TestBackend {
  const clients: SupabaseClient[] = [];
  const open = (key: string) => {
    const client = makeClient(stack.url, key);
    clients.push(client);
    return client;
  };
  return {
    ...stack,
    admin: open(stack.secretKey),
    newUser: () => newUser(stack, open(stack.publishableKey)),
    anonymous: () => open(stack.publishableKey),
    stop: async () => {
      for (const client of clients) {
        await client.removeAllChannels();
        await client.realtime.disconnect();
      }
      await stop();
    },
  };
}

/** Signs up; where that wants a confirmed address the auth API's admin side makes the user. */
async function newUser(stack: BackendReady, client: SupabaseClient): Promise<TestUser> {
  const email = `test-${randomBytes(8).toString('hex')}@runglass.test`;
  const password = randomBytes(12).toString('base64url');
  const signedUp = await client.auth.signUp({ email, password });
  if (!signedUp.data.session) {
    const admin = makeClient(stack.url, stack.secretKey);
    const made = await admin.auth.admin.createUser({ email, password, email_confirm: true });
    assert.equal(made.error, null, 'the stack lets us make a user');
    const { error } = await client.auth.signInWithPassword({ email, password });
    assert.equal(error, null, 'the new user can sign in');
  }
  const { data } = await client.auth.getSession();
  assert.ok(data.session, 'the new user has a session');
  await client.realtime.setAuth(data.session.access_token);
  return { client, id: data.session.user.id, email, password };
}

function readForeignStack(): BackendReady | null {
  const { RUNGLASS_TEST_URL, RUNGLASS_TEST_PUBLISHABLE_KEY, RUNGLASS_TEST_SECRET_KEY } = process.env;
  if (!RUNGLASS_TEST_URL) return null;
  assert.ok(
    RUNGLASS_TEST_PUBLISHABLE_KEY && RUNGLASS_TEST_SECRET_KEY,
    'RUNGLASS_TEST_URL needs RUNGLASS_TEST_PUBLISHABLE_KEY and RUNGLASS_TEST_SECRET_KEY beside it',
  );
  return {
    url: RUNGLASS_TEST_URL,
    publishableKey: RUNGLASS_TEST_PUBLISHABLE_KEY,
    secretKey: RUNGLASS_TEST_SECRET_KEY,
    user: { email: '', password: '' },
  };
}
