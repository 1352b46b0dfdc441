import { randomUUID } from 'node:crypto';
import { RealtimeServer } from '../../fakes/realtimeServer/realtimeServer.ts';
import type { Change, Row } from '../../fakes/realtimeServer/store.ts';
import { startOwnTables } from '../../support/ownTables.ts';
import type { ChangeData } from './recording.ts';
import type { Target } from './replay.ts';

export interface StoppableTarget extends Target {
  stop(): Promise<void>;
}

/** The embedded backend with the recordings' tables: does the statements, or those that the changes tell of. */
export async function embeddedTarget(): Promise<StoppableTarget> {
  const backend = await startOwnTables();
  // The first statement takes longest, and tokens of recordings run out.
  await backend.sql('select 1');
  return {
    url: backend.ready.url,
    publishableKey: backend.ready.publishableKey,
    secret: backend.secret,
    execute: backend.sql,
    commit: async (changes, executed) => {
      if (!executed) await backend.sql(changes.map(statementOf).join(';\n'));
    },
    kill: backend.kill,
    start: backend.restart,
    deafen: () => {},
    stop: backend.stop,
  };
}

/** The fake: sends the changes on. Its pauses are shortened. */
export async function fakeTarget(): Promise<StoppableTarget> {
  const options = {
    secret: randomUUID(),
    published: [
      ...['t1', 't2', 't3', 't4', 't5', 't6', 'notes', 'notes_full', 'open_default', 'open_full'],
      ...['colpriv', 'nopk', 'types', 'types_full'],
    ],
    refusedJoinDelay: 300,
    refusedSocketDelay: 20,
    // Longer than a token of a recording lasts.
    silenceLimit: 15_000,
  };
  let server = await RealtimeServer.start(options);
  const { url } = server;
  return {
    url,
    publishableKey: 'sb_publishable_test',
    secret: options.secret,
    execute: async (statement) => {
      if (/alter publication \w+ add/.test(statement)) server.joins.rearm();
    },
    commit: async (changes) => server.commit(changes.map(toChange)),
    kill: async (signal) => {
      server.closeSockets(signal === 'SIGTERM' ? 1012 : 1006);
      await new Promise((resolve) => setTimeout(resolve, 100));
      await server.stop();
    },
    start: async () => {
      server = await RealtimeServer.start({ ...options, port: Number(new URL(url).port) });
    },
    deafen: (deaf) => {
      server.script({ deaf });
      const row = { id: 0, user_id: null, v: 'lost' };
      if (deaf) server.commit([{ table: 't1', type: 'INSERT', row, committedAt: '' }]);
    },
    stop: () => server.stop(),
  };
}

function toChange(data: ChangeData): Change {
  const row = (data.type === 'DELETE' ? data.old_record : data.record) as Row;
  return { table: data.table, type: data.type, row, committedAt: String(data.commit_timestamp), data };
}

function statementOf({ table, type, record }: ChangeData): string {
  const entries = Object.entries(record as Row);
  const names = entries.map(([name]) => name);
  const values = entries.map(([, value]) => literal(value));
  if (type === 'INSERT') return `insert into ${table} (${names.join()}) values (${values.join()})`;
  const id = literal((record as Row).id);
  return `update ${table} set (${names.join()}) = row (${values.join()}) where id = ${id}`;
}

function literal(value: unknown): string {
  if (value === null) return 'null';
  return typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : JSON.stringify(value);
}
