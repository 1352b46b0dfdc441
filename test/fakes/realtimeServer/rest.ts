import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TokenResult } from '../../../src/local/jwt.ts';
import type { Faults } from './faults.ts';
import type { Row, Store } from './store.ts';

/** A function of the database that was called. */
export interface Call {
  readonly name: string;
  readonly args: Row;
}

export interface RestOptions {
  readonly store: Store;
  readonly verify: (token: string) => TokenResult;
  readonly faults: () => Faults;
  readonly onCall: (call: Call) => void;
}

/** Answers the two functions of the database that sync calls. */
export async function answerCall(
  request: IncomingMessage,
  response: ServerResponse,
  { store, verify, faults, onCall }: RestOptions,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const answer = (status: number, body: unknown) =>
    response
      .writeHead(status, { 'content-type': 'application/json; charset=utf-8' })
      .end(JSON.stringify(body));
  const name = /^\/rest\/v1\/rpc\/(\w+)/.exec(request.url ?? '')?.[1];
  if (request.method !== 'POST' || !name) return void answer(404, { message: 'There is nothing here.' });
  const call = { name, args: JSON.parse(Buffer.concat(chunks).toString('utf8')) as Row };
  onCall(call);
  const { http } = faults();
  if (http !== null) return void answer(http, { message: 'The server is not well.' });
  const result = verify(request.headers.authorization?.replace(/^Bearer /, '') ?? '');
  if ('problem' in result) return void answer(401, { code: 'PGRST303', message: 'JWT expired' });
  const value = perform(store, result.claims.sub ?? '', call);
  if (value) answer(200, value);
  else answer(404, { code: 'PGRST202', message: `Could not find the function public.${name}` });
}

function perform(store: Store, userId: string, { name, args }: Call): Row | null {
  if (name === 'sync_ping') return store.ping(userId, String(args.nonce));
  if (name !== 'sync_pull') return null;
  const since = typeof args.since === 'number' ? args.since : null;
  const epoch = typeof args.epoch === 'string' ? args.epoch : null;
  return store.pull(userId, since, epoch, Number(args.max_rows ?? 1_000));
}
