import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import type { SupabaseClient } from '@supabase/supabase-js';
import * as vscode from 'vscode';
import type { SyncState } from '../../../src/shared/status.ts';
import {
  type BackendProcess,
  makeClient,
  spawnBackend,
  stopProcess,
  temporaryFolder,
} from '../../support/backend.ts';
import { makeChanges } from '../../support/changes.ts';
import { type DatabaseRows, difference, readRows } from '../../support/databaseRows.ts';
import { FaultProxy } from '../../support/faultProxy.ts';
import { activated, eventually } from './extension.ts';
import { logSince } from './extensionLog.ts';
import { RecordedPage } from './recordedPage.ts';
import { Subscriber } from './subscriber.ts';

/** Changes that another client makes in each case. */
const changesMade = 200;

type Credentials = { readonly email: string; readonly password: string };

/** What is told when nothing new can come. */
export const withoutNews: readonly SyncState[] = ['offline', 'catchingUp', 'polling'];

export const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** An embedded backend behind a fault proxy, the dashboard open on it, and another client straight at the backend. */
export class Scene {
  readonly folder = temporaryFolder();
  readonly #args: readonly string[];
  proxy!: FaultProxy;
  backend!: BackendProcess;
  page!: RecordedPage;
  subscriber!: Subscriber;
  user!: Credentials;
  userId!: string;

  constructor(args: readonly string[]) {
    this.#args = args;
  }

  async open(): Promise<void> {
    this.page = RecordedPage.install();
    const api = await activated();
    this.backend = await spawnBackend(this.folder, this.#args);
    this.proxy = await FaultProxy.start(this.backend.ready.url);
    this.user = this.backend.ready.user;
    this.userId = await this.idOf(this.user);
    // The first request of all makes the backend read its schema.
    await this.read();
    this.subscriber = new Subscriber(api, this.userId);
    await this.signIn(this.user);
    await vscode.commands.executeCommand('runglass.openDashboard');
    await this.settles(60_000);
  }

  async dispose(): Promise<void> {
    this.proxy?.heal();
    this.subscriber?.unsubscribe();
    await vscode.commands.executeCommand('runglass.signOut');
    await this.proxy?.stop();
    if (this.backend) await this.stopBackend();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** The service role, straight at the backend. */
  get admin(): SupabaseClient {
    return makeClient(this.backend.ready.url, this.backend.ready.secretKey);
  }

  /** Signs in through the proxy. */
  async signIn(user: Credentials): Promise<void> {
    const { publishableKey } = this.backend.ready;
    const input = { url: this.proxy.url, publishableKey, ...user, consent: false };
    await vscode.commands.executeCommand('runglass.signIn', input);
  }

  /** A client of this user, straight at the backend, and who that is. */
  async clientOf(user: Credentials): Promise<{ readonly client: SupabaseClient; readonly id: string }> {
    const client = makeClient(this.backend.ready.url, this.backend.ready.publishableKey);
    const { data, error } = await client.auth.signInWithPassword(user);
    if (error) throw error;
    return { client, id: data.user.id };
  }

  /** Signs a new user up, straight at the backend. */
  async newUser(): Promise<Credentials> {
    const user = { email: `${randomUUID()}@runglass.test`, password: randomUUID() };
    const { error } = await makeClient(this.backend.ready.url, this.backend.ready.publishableKey).auth.signUp(
      user,
    );
    if (error) throw error;
    return user;
  }

  /** From now on the dashboard is to show the rows of this user. */
  become(user: Credentials, userId: string, subscriber: Subscriber): void {
    this.subscriber.unsubscribe();
    Object.assign(this, { user, userId, subscriber });
  }

  async idOf(user: Credentials): Promise<string> {
    return (await this.clientOf(user)).id;
  }

  /** Makes the 200 changes of a case. */
  async change(userId = this.userId): Promise<void> {
    await makeChanges(this.admin, userId, changesMade);
  }

  /** Stops this process, the extension host, for `ms`, while the 200 changes are made; returns when it was woken. */
  async sleep(ms: number): Promise<number> {
    const { url, secretKey } = this.backend.ready;
    const args = [process.pid, ms, url, secretKey, this.userId, changesMade].map(String);
    const child = spawn(process.execPath, ['test/exthost/support/sleep.ts', ...args], {
      detached: true,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const code = new Promise((resolve) => child.once('exit', resolve));
    const wokenAt = Number(await text(child.stdout));
    assert.equal(await code, 0, 'the 200 changes were made in its sleep');
    return wokenAt;
  }

  async stopBackend(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    this.backend.child.kill('SIGCONT');
    await stopProcess(this.backend.child, signal);
  }

  async startBackend(...args: readonly string[]): Promise<void> {
    this.backend = await spawnBackend(this.folder, [...this.#args, ...args]);
  }

  /** Waits until the page is told one of these states, at `since` or later, however soon another followed; answers when. */
  async says(states: readonly SyncState[], since: number, within: number): Promise<number> {
    const told = () =>
      this.page.between(since, Date.now()).find(({ status }) => states.includes(status.state));
    await this.#eventually(`the dashboard says ${states.join(' or ')}`, within, () => (told() ? true : null));
    return Math.max(since, told()?.at ?? 0);
  }

  /** Waits until the log of the extension has said this since a moment. */
  async logs(what: string, since: number, within: number): Promise<void> {
    await this.#eventually(`the log says "${what}"`, within, () =>
      logSince(since).some(({ text }) => text.includes(what)) ? true : null,
    );
  }

  /** Waits until the dashboard is live, and it and the public functions know exactly what the database holds. */
  async settles(within: number): Promise<void> {
    const truth = await this.read();
    await this.#eventually('live, and equal to the database', within, () =>
      this.page.status?.state === 'live' && !difference(truth, this.page.rows) ? true : null,
    );
    await this.#eventually('the public functions told the same', 15_000, () =>
      difference(truth, this.subscriber.rows) ? null : true,
    );
  }

  /** What the database answers to this user, row by row. */
  async read(user = this.user): Promise<DatabaseRows> {
    return await readRows((await this.clientOf(user)).client);
  }

  /** Asserts that nothing between two moments was claimed to be live, or to be newer than `asOf`. */
  saidNothingFalse(from: number, to: number, asOf: number): void {
    for (const { at, status } of this.page.between(from, to)) {
      const said = `what stood ${Math.max(0, at - from)} ms into the time without news: ${JSON.stringify(status)}`;
      assert.notEqual(status.state, 'live', said);
      assert.ok((status.asOf ?? 0) <= asOf, said);
      assert.ok((status.verifiedAt ?? 0) <= asOf, said);
    }
  }

  async #eventually(what: string, within: number, look: () => true | null): Promise<void> {
    const began = Date.now();
    await eventually(what, look, within).catch(async (error: Error) => {
      const log = logSince(began - 1_000).map(({ at, text }) => `${at - began} ${text}`);
      const truth = await this.read().catch(() => null);
      const wrong = truth && [difference(truth, this.page.rows), difference(truth, this.subscriber.rows)];
      throw new Error(
        `${error.message}; ${JSON.stringify(this.page.status)}; ${wrong}\n${log.slice(-60).join('\n')}`,
      );
    });
  }
}

/** Opens a scene for the cases of a suite; `args` are the backend's. */
export function useScene(...args: readonly string[]): Scene {
  const scene = new Scene(args);
  before(function () {
    this.timeout(120_000);
    return scene.open();
  });
  afterEach(() => scene.proxy.heal());
  after(function () {
    this.timeout(120_000);
    return scene.dispose();
  });
  return scene;
}
