import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TokenResult } from '../../../src/local/jwt.ts';
import type { Faults } from './faults.ts';
import type { Row, Store } from './store.ts';

/** UTF-8 bytes, from the client's point of view. */
export interface Bytes {
  readonly sent: number;
  readonly received: number;
}

/** A function of the database that was called and answered. */
export interface Call {
  readonly name: string;
  readonly args: Row;
  readonly status: number;
  readonly bytes: Bytes;
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
  options: RestOptions,
): Promise<void> {
  const name = /^\/rest\/v1\/rpc\/(\w+)/.exec(request.url ?? '')?.[1];
  const body = await readBody(request);
  if (request.method !== 'POST' || !name) {
    response.writeHead(404, json).end('{"message":"There is nothing here."}');
    return;
  }
  const args = JSON.parse(body.toString('utf8')) as Row;
  const token = request.headers.authorization?.replace(/^Bearer /, '') ?? '';
  const [status, value] = perform(options, token, name, args);
  const text = JSON.stringify(value);
  options.onCall({ name, args, status, bytes: { sent: body.length, received: Buffer.byteLength(text) } });
  response.writeHead(status, json).end(text);
}

const json = { 'content-type': 'application/json; charset=utf-8' };

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function perform(
  { store, verify, faults }: RestOptions,
  token: string,
  name: string,
  args: Row,
): [status: number, body: Row] {
  const { http } = faults();
  if (http !== null) return [http, { message: 'The server is not well.' }];
  const result = verify(token);
  if ('problem' in result) return [401, { code: 'PGRST303', message: 'JWT expired' }];
  const userId = result.claims.sub ?? '';
  if (name === 'sync_ping') return [200, store.ping(userId, String(args.nonce))];
  if (name !== 'sync_pull')
    return [404, { code: 'PGRST202', message: `Could not find the function public.${name}` }];
  const since = typeof args.since === 'number' ? args.since : null;
  const epoch = typeof args.epoch === 'string' ? args.epoch : null;
  return [200, store.pull(userId, since, epoch, Number(args.max_rows ?? 1_000))];
}
