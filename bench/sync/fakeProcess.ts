import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import type { Rows, Table } from '../../src/shared/model.ts';
import { RealtimeServer } from '../../test/fakes/realtimeServer/realtimeServer.ts';
import {
  eventRow,
  modelRow,
  projectRow,
  runRow,
  subscriptionRow,
  usageRow,
} from '../../test/fixtures/rows.ts';
import type { Write } from './stack.ts';

/** What openFake asks of this process; each question is answered once it is done. */
export type Question =
  | { readonly type: 'url' }
  /** Answers a new user's id and token. */
  | { readonly type: 'user' }
  | { readonly type: 'write'; readonly userId: string; readonly writes: readonly Write[] }
  | { readonly type: 'flood'; readonly userId: string; readonly rate: number; readonly seconds: number }
  | { readonly type: 'cut' }
  /** The next change is never sent. */
  | { readonly type: 'lose' }
  /** Answers `[id, sync_seq]` of every row. */
  | { readonly type: 'numbers'; readonly userId: string; readonly table: Table };

const secret = randomBytes(32).toString('hex');
const server = await RealtimeServer.start({ secret });
server.script({ latency: Number(process.argv[2]) });

process.on('message', ({ id, question }: { id: number; question: Question }) => {
  void answer(question).then((value) => process.send?.({ id, value }));
});
process.on('disconnect', () => process.exit(0));

async function answer(question: Question): Promise<unknown> {
  switch (question.type) {
    case 'url':
      return server.url;
    case 'user':
      return newUser();
    case 'write':
      return server.store.transaction(() => {
        for (const write of question.writes) put(write, question.userId);
      });
    case 'flood':
      return flood(question);
    case 'cut':
      return server.closeSockets(1006);
    case 'lose': {
      let lost = false;
      const drops = () => {
        const isNext = !lost;
        lost = true;
        return isNext;
      };
      return server.script({ drops });
    }
    case 'numbers':
      return [...server.store.rows(question.table, question.userId)].map(([id, row]) => [id, row.sync_seq]);
    default:
      return question satisfies never;
  }
}

function newUser() {
  const userId = randomUUID();
  const expiresAt = Date.now() + 86_400_000;
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
  const claims = { sub: userId, role: 'authenticated', exp: Math.floor(expiresAt / 1000) };
  const body = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims)}`;
  const signature = createHmac('sha256', secret).update(body).digest('base64url');
  return { userId, accessToken: `${body}.${signature}`, expiresAt };
}

/** The defaults that the database has for columns of a new row. */
const whole: { readonly [T in Table]: (fields: Partial<Rows[T]>) => Rows[T] } = {
  projects: (fields) => projectRow(0, fields),
  training_runs: (fields) => runRow(0, fields),
  models: (fields) => modelRow(0, fields),
  usage_tracking: (fields) => usageRow(0, fields),
  subscriptions: (fields) => subscriptionRow(0, fields),
  ide_sync_events: (fields) => eventRow(0, fields),
};

function put<T extends Table>({ table, row }: Extract<Write, { table: T }>, userId: string): void {
  const fields = row as Partial<Rows[T]> & { readonly id: string };
  const isNew = !server.store.rows(table, userId).has(row.id);
  server.store.put(table, isNew ? whole[table as T]({ ...fields, user_id: userId }) : fields);
}

/** Spread evenly: what is due is committed every 5 ms, row by row. */
async function flood({ userId, rate, seconds }: Extract<Question, { type: 'flood' }>): Promise<number> {
  const runs = [...server.store.rows('training_runs', userId).keys()];
  const startedAt = performance.now();
  const total = rate * seconds;
  for (let changes = 0; ; ) {
    const due = Math.min(total, Math.floor(((performance.now() - startedAt) / 1_000) * rate));
    for (; changes < due; changes++)
      server.store.put('training_runs', { id: runs[changes % runs.length] ?? '', step: changes });
    if (changes >= total) return changes;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
