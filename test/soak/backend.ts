import { rmSync } from 'node:fs';
import path from 'node:path';
import type { SupabaseClient } from '@supabase/supabase-js';
import { projectRoot } from '../../scripts/vscodeHost/project.ts';
import { tables } from '../../src/shared/tables.ts';
import {
  type BackendProcess,
  type BackendReady,
  makeClient,
  spawnBackend,
  stopProcess,
  temporaryFolder,
} from '../support/backend.ts';
import { makeChanges } from '../support/changes.ts';
import { type DatabaseRows, readRows } from '../support/databaseRows.ts';
import { portVariable } from './probe/questions.ts';
import type { Probe, Probes } from './probes.ts';

/** Rows of a request, so that its URL has a usual length. */
const atOnce = 50;

/** The embedded backend as a process that can be asked, and another client of its user. */
export class SoakBackend {
  readonly #folder = temporaryFolder();
  readonly #probes: Probes;
  #process!: BackendProcess;
  #user!: SupabaseClient;
  /** Rows that are there before the first round. */
  #lasting: ReadonlySet<unknown> = new Set();
  probe!: Probe;
  userId!: string;

  private constructor(probes: Probes) {
    this.#probes = probes;
  }

  static async start(probes: Probes): Promise<SoakBackend> {
    const backend = new SoakBackend(probes);
    // What this process starts inherits it.
    process.env[portVariable] = String(probes.port);
    await backend.#spawn();
    await backend.signIn();
    await backend.change(48);
    const rows = await backend.read();
    backend.#lasting = new Set([...rows.values()].flat().map(({ id }) => id));
    return backend;
  }

  get ready(): BackendReady {
    return this.#process.ready;
  }

  get #admin(): SupabaseClient {
    return makeClient(this.ready.url, this.ready.secretKey);
  }

  /** The session of the client that reads; it lasts an hour. */
  async signIn(): Promise<void> {
    this.#user = makeClient(this.ready.url, this.ready.publishableKey);
    const { data, error } = await this.#user.auth.signInWithPassword(this.ready.user);
    if (error) throw error;
    this.userId = data.user.id;
  }

  async read(): Promise<DatabaseRows> {
    return await readRows(this.#user);
  }

  async change(count: number): Promise<void> {
    await makeChanges(this.#admin, this.userId, count);
  }

  /** Ends a run, of which users are told. */
  async endRun(): Promise<void> {
    const run = { user_id: this.userId, name: 'ends', status: 'running' };
    const runs = () => this.#admin.from('training_runs');
    const { data } = await runs().insert(run).select('id').single().throwOnError();
    await runs().update({ status: 'completed' }).eq('id', data.id).throwOnError();
  }

  /** Deletes what the rounds have left behind, so that each ends with the same rows. */
  async clear(): Promise<void> {
    const rows = await this.read();
    for (const table of tables) {
      const ids = (rows.get(table) ?? []).map(({ id }) => id).filter((id) => !this.#lasting.has(id));
      for (let from = 0; from < ids.length; from += atOnce)
        await this.#admin
          .from(table)
          .delete()
          .in('id', ids.slice(from, from + atOnce))
          .throwOnError();
    }
  }

  /** Kills the process and starts it anew on its folder, where it gets the same port. */
  async restart(): Promise<void> {
    const former = this.probe;
    await stopProcess(this.#process.child, 'SIGKILL');
    await this.#spawn(former);
  }

  async stop(): Promise<void> {
    await stopProcess(this.#process.child);
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #spawn(former: Probe | null = null): Promise<void> {
    const probe = path.join(projectRoot, 'test/soak/probe/backendProbe.ts');
    this.#process = await spawnBackend(this.#folder, [], ['--import', probe]);
    this.probe = await this.#probes.only('backend', former);
  }
}
