import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describeEmbedded } from '../support/backend.ts';
import { type OwnTables, startOwnTables, userA } from '../support/ownTables.ts';
import { decode, PhoenixSocket, type WireFrame } from '../support/phoenix.ts';

/** One line of a recording of the real server. */
type Step =
  | { readonly dir: 'note'; readonly note: string }
  | { readonly dir: 'out' | 'in'; readonly c: string; readonly raw: string }
  | { readonly dir: 'sql'; readonly sql: string; readonly params?: readonly unknown[] }
  | { readonly dir: 'result' | 'close' | 'http'; readonly c?: string };

/** Recordings of the real server (test/fixtures/realtime), replayed frame by frame; a refused join takes 5 s. */
const recordings = [
  'v1-01-join-1',
  'v2-01-join-1',
  'v1-03-rls-default',
  'v2-03-rls-default',
  'v2-04-rls-full',
  'v2-05-norls',
  'v2-06-types',
  'v2-13-bad-bindings',
  'v1-14-heartbeat-leave-dup',
  'v2-14-heartbeat-leave-dup',
  'v2-16-broadcast-presence',
];

describeEmbedded('recordings of the real Realtime server', function () {
  this.timeout(60_000);
  let backend: OwnTables;

  before(async () => {
    backend = await startOwnTables();
  });
  after(() => backend?.stop());

  for (const name of recordings) {
    it(name, async () => {
      await replay(backend, name);
    });
  }
});

async function replay(backend: OwnTables, name: string): Promise<void> {
  const version = name.startsWith('v1') ? '1.0.0' : '2.0.0';
  const steps = readFileSync(path.resolve('test/fixtures/realtime', `${name}.jsonl`), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Step);
  const token = backend.token(userA);
  const sockets = new Map<string, PhoenixSocket>();
  const expected = new Map<string, WireFrame[]>();
  const caughtUp = async () => {
    for (const [id, socket] of sockets) {
      const count = expected.get(id)?.length ?? 0;
      // One frame too few fails below with the difference in words.
      await socket.until(() => socket.frames.length >= count, 8000).catch(() => {});
    }
  };
  try {
    for (const [index, step] of steps.entries()) {
      if (step.dir === 'note' && step.note.startsWith('connect ')) {
        const id = step.note.split(' ')[1] ?? '';
        sockets.set(id, await PhoenixSocket.open(backend.ready.url, backend.ready.publishableKey, version));
        expected.set(id, []);
      } else if (step.dir === 'in') expected.get(step.c)?.push(decode(version, step.raw));
      else if (step.dir === 'out') {
        sockets.get(step.c)?.send(step.raw.replaceAll('<jwt>', token));
      } else if (step.dir === 'sql') await backend.sql(literals(step.sql, step.params ?? []));
      else if (step.dir === 'close' && step.c !== undefined) sockets.get(step.c)?.close();
      const next = steps[index + 1];
      if (next?.dir !== 'in') await caughtUp();
    }
    // A frame that should not come has this long to come.
    await new Promise((resolve) => setTimeout(resolve, 150));
    for (const [id, socket] of sockets) {
      assert.deepEqual(normalise(socket.frames), normalise(expected.get(id) ?? []), `frames of ${id}`);
    }
  } finally {
    for (const socket of sockets.values()) socket.close();
  }
}

/** Puts parameters into a statement: the door for SQL takes none. */
function literals(sql: string, parameters: readonly unknown[]): string {
  return sql.replace(/\$(\d+)/g, (_match, n) => `'${String(parameters[Number(n) - 1])}'`);
}

/** Frames by topic (their order between topics is not fixed), with ids, times and references made comparable. */
function normalise(frames: readonly WireFrame[]): Record<string, unknown[]> {
  const ids = new Map<string, string>();
  const visit = (value: unknown, key: string): unknown => {
    if (Array.isArray(value)) {
      return key === 'ids' ? value.map((id) => nameOf(String(id))) : value.map((item) => visit(item, ''));
    }
    if (typeof value === 'object' && value !== null) {
      return Object.fromEntries(
        Object.entries(value)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([name, item]) => [
            name,
            name === 'id' && isBinding(value) ? nameOf(String(item)) : visit(item, name),
          ]),
      );
    }
    if (typeof value !== 'string') return value;
    if (key === 'commit_timestamp' || key === 'updated_at') {
      return value
        .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/, '<time>')
        .replace(/\.\d+(?=\+)/, '.<fraction>')
        .replace(/\.\d{3}Z/, '.<ms>Z');
    }
    if (key === 'phx_ref') return '<ref>';
    // The real server breaks long terms into lines.
    if (key === 'message') return value.replace(/\s+/g, ' ').replaceAll('[ {', '[{').replaceAll('} ]', '}]');
    return value;
  };
  const nameOf = (id: string) => {
    const name = ids.get(id) ?? `<id ${ids.size + 1}>`;
    ids.set(id, name);
    return name;
  };
  const topics: Record<string, unknown[]> = {};
  const sorted = [...new Set(frames.map((frame) => frame[2]))].sort();
  for (const topic of sorted) {
    topics[topic] = frames.filter((frame) => frame[2] === topic).map((frame) => visit([...frame], ''));
  }
  return topics;
}

function isBinding(value: object): boolean {
  return !('metas' in value) && ('event' in value || 'schema' in value) && !('record' in value);
}
