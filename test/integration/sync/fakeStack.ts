import assert from 'node:assert/strict';
import type { Sync } from '../../../src/extension/sync/types.ts';
import { createSync } from '../../../src/extension/sync.ts';
import type { RowChange } from '../../../src/shared/changes.ts';
import type { SyncState } from '../../../src/shared/status.ts';
import { tables } from '../../../src/shared/tables.ts';
import { FakeAttention, FakeCredentials, FakeLog } from '../../fakes/account.ts';
import { RealtimeServer, type ServerOptions } from '../../fakes/realtimeServer/realtimeServer.ts';
import { userId } from '../../fixtures/rows.ts';
import { until } from './harness.ts';

/** The shipped engine with supabase-js on a fake server of its own. */
export class FakeStack {
  readonly server: RealtimeServer;
  readonly sync: Sync;
  readonly credentials: FakeCredentials;
  readonly attention = new FakeAttention(true);
  readonly log = new FakeLog();
  readonly changes: RowChange[] = [];
  /** Every state so far, without repetitions. */
  readonly states: SyncState[] = [];

  private constructor(server: RealtimeServer, accessToken: string) {
    this.server = server;
    this.credentials = new FakeCredentials({ userId, accessToken, expiresAt: Date.now() + 3_600_000 });
    const { credentials, attention, log } = this;
    this.sync = createSync({
      url: server.url,
      publishableKey: 'sb_publishable_test',
      credentials,
      attention,
      log,
    });
    this.sync.replica.onDidChange(({ changes }) => this.changes.push(...changes));
    this.#note();
    this.sync.onDidChangeStatus(() => this.#note());
  }

  /** `prepare` has the server to itself before the engine starts. */
  static async open(
    options: ServerOptions & { readonly accessToken?: string } = {},
    prepare: (server: RealtimeServer) => void = () => {},
  ): Promise<FakeStack> {
    const server = await RealtimeServer.start(options);
    prepare(server);
    return new FakeStack(server, options.accessToken ?? 'token one');
  }

  async reaches(state: SyncState, ms = 30_000): Promise<void> {
    await until(`state ${state}`, () => this.sync.status.state === state || null, ms, this.log);
  }

  /** Waits until the replica holds exactly what the server's store holds. */
  async converges(ms = 30_000): Promise<void> {
    await until('the rows of the database', () => this.isEqual || null, ms, this.log).catch(() => {});
    for (const table of tables)
      assert.deepEqual(
        sorted(this.sync.replica.tables[table]),
        sorted(this.server.store.rows(table, userId)),
        `${table}\n${this.log.lines.join('\n')}`,
      );
  }

  get isEqual(): boolean {
    return tables.every(
      (table) =>
        JSON.stringify(sorted(this.sync.replica.tables[table])) ===
        JSON.stringify(sorted(this.server.store.rows(table, userId))),
    );
  }

  /** How often sync_pull was called. */
  get pulls(): number {
    return this.server.calls.filter(({ name }) => name === 'sync_pull').length;
  }

  async close(): Promise<void> {
    this.sync.dispose();
    await this.server.stop();
  }

  #note(): void {
    const { state } = this.sync.status;
    if (this.states.at(-1) !== state) this.states.push(state);
  }
}

function sorted(rows: ReadonlyMap<string, { readonly id: string; readonly sync_seq: number }>) {
  return [...rows.values()]
    .map(({ id, sync_seq }) => ({ id, sync_seq }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}
