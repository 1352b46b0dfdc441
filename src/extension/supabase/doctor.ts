import * as v from 'valibot';
import WebSocket from 'ws';
import { RunglassError } from '../../shared/status.ts';
import type { Diagnosis, Probe, Reached, Reply } from '../doctor/probe.ts';
import type { Traffic, Transport, TransportAccount } from '../sync/transport.ts';
import type { Backend } from './client.ts';
import { problemOfFailure, readRefusal } from './errors.ts';
import { parseBackendUrl } from './http.ts';
import { proxyAsks, readAnswer, readFailure } from './reach.ts';
import { createOpenTransport } from './transport.ts';

/** An answer must come within this, ms. */
const defaultPatience = 8_000;

const nullableText = v.nullish(v.string(), null);
const diagnosisSchema = v.object({
  schema_version: v.nullish(v.number(), null),
  postgres: v.string(),
  now: v.string(),
  oldest_writer: nullableText,
  findings: v.array(
    v.object({
      code: v.string(),
      table: nullableText,
      name: nullableText,
      detail: v.string(),
      fix: nullableText,
    }),
  ),
});

/** Makes what the Doctor asks a backend with. Throws nothing: an address that is none is told by `reach`. */
export function createProbe(backend: Backend, patience = defaultPatience): Probe {
  return new SupabaseProbe(backend, patience);
}

class SupabaseProbe implements Probe {
  readonly #backend: Backend;
  readonly #patience: number;
  readonly #abort = new AbortController();

  constructor(backend: Backend, patience: number) {
    this.#backend = backend;
    this.#patience = patience;
  }

  async reach(): Promise<Reached> {
    const base = this.#base();
    if (base === null) return { kind: 'badUrl' };
    try {
      const response = await this.#fetch(`${base}/auth/v1/health`, {});
      return readAnswer(response, await response.text());
    } catch (error) {
      return readFailure(error, this.#patience, base);
    }
  }

  askKey(): Promise<Reply> {
    return this.#ask('/auth/v1/settings', null);
  }

  askSession(token: string): Promise<Reply> {
    return this.#ask('/auth/v1/user', token);
  }

  read(token: string | null, table: string, columns: readonly string[]): Promise<Reply> {
    return this.#ask(`/rest/v1/${table}?select=${columns.join(',')}&limit=1`, token);
  }

  async call(name: string, args: Readonly<Record<string, null>>): Promise<Reply> {
    const post = { method: 'POST', headers: { 'content-type': 'application/json' } };
    return (await this.#request(`/rest/v1/rpc/${name}`, null, { ...post, body: JSON.stringify(args) })).reply;
  }

  async diagnose(token: string): Promise<Diagnosis | Reply> {
    const sentAt = Date.now();
    const { reply, body } = await this.#request('/rest/v1/rpc/sync_doctor', token, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
    if (reply.code !== null) return reply;
    const answer = v.safeParse(diagnosisSchema, body);
    if (!answer.success)
      return {
        ...reply,
        code: 'unreadable',
        message: `its answer does not fit at ${v.getDotPath(answer.issues[0])}`,
      };
    const { schema_version: schemaVersion, oldest_writer: oldestWriter, now, ...rest } = answer.output;
    // The server looked at its clock somewhere between the request and the answer.
    const clockOffset = Date.parse(now) - (sentAt + Date.now()) / 2;
    return { ...rest, schemaVersion, oldestWriter, clockOffset };
  }

  openSocket(): Promise<Reached> {
    const base = this.#base();
    if (base === null) return Promise.resolve({ kind: 'badUrl' });
    const key = encodeURIComponent(this.#backend.publishableKey);
    const address = `${base.replace(/^http/, 'ws')}/realtime/v1/websocket?apikey=${key}&vsn=2.0.0`;
    const socket = new WebSocket(address, { handshakeTimeout: this.#patience });
    const ended = () => socket.terminate();
    this.#abort.signal.addEventListener('abort', ended);
    return new Promise<Reached>((resolve) => {
      socket.on('open', () => resolve({ kind: 'reached', serverTime: null }));
      socket.on('unexpected-response', (_request, response) => {
        response.resume();
        const status = response.statusCode ?? 0;
        resolve(status === 407 ? proxyAsks : { kind: 'stranger', status });
        socket.terminate();
      });
      socket.on('error', (error) => resolve(readFailure(error, this.#patience, base)));
    }).finally(() => {
      this.#abort.signal.removeEventListener('abort', ended);
      socket.close(1000);
      const cut = setTimeout(ended, 1_000);
      socket.once('close', () => clearTimeout(cut));
    });
  }

  openTransport(account: Pick<TransportAccount, 'userId' | 'accessToken'>): Transport {
    return createOpenTransport(this.#backend)({ ...account, traffic: unheard });
  }

  dispose(): void {
    this.#abort.abort();
  }

  async #ask(path: string, token: string | null): Promise<Reply> {
    return (await this.#request(path, token, {})).reply;
  }

  async #request(
    path: string,
    token: string | null,
    init: RequestInit,
  ): Promise<{ readonly reply: Reply; readonly body: unknown }> {
    const { publishableKey: apikey } = this.#backend;
    const authorization = token === null ? {} : { authorization: `Bearer ${token}` };
    try {
      const response = await this.#fetch(`${parseBackendUrl(this.#backend.url)}${path}`, {
        ...init,
        headers: { apikey, ...authorization, ...init.headers },
      });
      const text = await response.text();
      const body = readJson(text);
      return { reply: readReply(response.status, text, body), body };
    } catch (error) {
      if (error instanceof RunglassError) throw error;
      throw new RunglassError(problemOfFailure(error, this.#patience, this.#backend.url), error);
    }
  }

  /** Redirects are not followed: they may carry the key to another host. */
  #fetch(url: string, init: RequestInit): Promise<Response> {
    const signal = AbortSignal.any([AbortSignal.timeout(this.#patience), this.#abort.signal]);
    return fetch(url, { ...init, redirect: 'manual', signal });
  }

  #base(): string | null {
    try {
      return parseBackendUrl(this.#backend.url);
    } catch {
      return null;
    }
  }
}

/** The engine's counters are of the engine's own traffic. */
const unheard: Traffic = { http: () => {}, socket: () => {} };

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function readReply(status: number, text: string, body: unknown): Reply {
  const isYes = status >= 200 && status < 300;
  if (isYes && body !== null) return { status, code: null, message: '' };
  const refusal = readRefusal(status, text);
  return { status, code: refusal?.code ?? '', message: refusal?.detail ?? (isYes ? 'no JSON' : '') };
}
