import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { get } from 'node:http';
import { userA } from '../../support/ownTables.ts';
import { PhoenixSocket, signToken, type WireFrame } from '../../support/phoenix.ts';
import { normalise } from './normalise.ts';
import { type ChangeData, readRecording, type Step } from './recording.ts';
import { closedByServer, keyOf, statements, type TokenKind, tokenOf } from './scripts.ts';

/** A server that recordings are replayed against. */
export interface Target {
  readonly url: string;
  readonly publishableKey: string;
  /** Signs its users' tokens. */
  readonly secret: string;
  /** What was done in the database; null where the recording says nothing about it. */
  execute(statement: string): Promise<void>;
  /** These changes are about to be expected; `executed` when statements were. */
  commit(changes: readonly ChangeData[], executed: boolean): Promise<void>;
  kill(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  start(): Promise<void>;
  /** Changes are not sent any more, or are again. */
  deafen(deaf: boolean): void;
}

/** How long a frame that does not come is waited for, ms; a refused join takes 5 s. */
const patience = 40_000;

/** Does what the recording's clients did, and compares what they were told, frame by frame. */
export async function replay(
  name: string,
  target: Target,
  sockets = new Set<PhoenixSocket>(),
): Promise<void> {
  try {
    await new Replay(name, target, sockets).run();
  } finally {
    for (const socket of sockets) socket.close();
  }
}

interface Client {
  socket: PhoenixSocket | null;
  readonly expected: WireFrame[];
}

class Replay {
  readonly #name: string;
  readonly #target: Target;
  readonly #steps: readonly Step[];
  readonly #sockets: Set<PhoenixSocket>;
  readonly #clients = new Map<string, Client>();
  /** Stands for the recording's user, so that replays side by side do not see each other's rows. */
  readonly #user = randomUUID();
  readonly #executes: boolean;
  /** The server was ended, and is not up again. */
  #killed = false;
  /** When it began, s since 1970. */
  readonly #now = Math.floor(Date.now() / 1000);

  constructor(name: string, target: Target, sockets: Set<PhoenixSocket>) {
    this.#name = name;
    this.#target = target;
    this.#sockets = sockets;
    const steps = readRecording(name);
    // What the last push was answered with is not in the recording.
    this.#steps = steps.at(-1)?.kind === 'send' ? steps.slice(0, -1) : steps;
    this.#executes = name in statements || this.#steps.some(({ kind }) => kind === 'sql');
  }

  async run(): Promise<void> {
    for (const [index, step] of this.#steps.entries()) {
      const statement = statements[this.#name]?.[index];
      if (statement) {
        await this.#caughtUp();
        await this.#target.execute(this.#own(statement));
      }
      await this.#do(step, index);
      const next = this.#steps[index + 1];
      if (next?.kind !== 'frame' || (next.change && !(step.kind === 'frame' && step.change)))
        await this.#caughtUp();
    }
    // A frame that should not come has this long to come.
    await new Promise((resolve) => setTimeout(resolve, 150));
    this.#compare();
  }

  #compare(): void {
    for (const [id, { socket, expected }] of this.#clients) {
      const frames = plain(socket?.frames ?? [], [this.#user, userA]);
      const wanted = plain(expected, [userA, userA]);
      assert.deepEqual(normalise(frames, wanted), normalise(wanted, wanted), `frames of ${id}`);
    }
  }

  async #do(step: Step, index: number): Promise<void> {
    switch (step.kind) {
      case 'connect':
        return this.#connect(step, this.#steps[index + 1]);
      case 'send': {
        const kind = step.frame && tokenOf(this.#name, step.frame);
        const text = this.#own(step.text).replaceAll('<jwt>', this.#token(kind ?? 'good'));
        this.#client(step.id).socket?.send(text);
        return;
      }
      case 'frame': {
        const before = this.#steps[index - 1];
        if (step.change && !(before?.kind === 'frame' && before.change)) await this.#commit(index);
        this.#client(step.id).expected.push(step.frame);
        return;
      }
      case 'sql':
        return this.#target.execute(this.#own(step.statement));
      case 'close':
        return this.#close(step.id, step.code);
      case 'http':
        return;
      case 'note':
        return this.#note(step.note);
      default:
        step satisfies never;
    }
  }

  async #connect({ id, version }: Extract<Step, { kind: 'connect' }>, next: Step | undefined): Promise<void> {
    const kind = keyOf(id);
    const key =
      kind === 'publishable'
        ? this.#target.publishableKey
        : kind === 'none'
          ? ''
          : kind === 'garbage'
            ? 'garbage'
            : this.#token(kind);
    if (next?.kind === 'http') {
      const answer = await requestSocket(this.#target.url, key, version);
      assert.deepEqual(answer, { status: next.status, body: next.body }, id);
      return;
    }
    const socket = await PhoenixSocket.open(this.#target.url, key, version).catch(() => null);
    if (socket) this.#sockets.add(socket);
    this.#clients.set(id, { socket, expected: [] });
  }

  /** All changes that follow without a pause were committed together. */
  async #commit(index: number): Promise<void> {
    const changes = new Map<string, ChangeData>();
    for (const step of this.#steps.slice(index)) {
      if (step.kind !== 'frame' || !step.change) break;
      const text = this.#own(JSON.stringify(step.change));
      const exact = (_key: string, value: unknown, context?: { readonly source?: string }) =>
        typeof value === 'number' ? rawJson.rawJSON(String(context?.source)) : value;
      changes.set(text, JSON.parse(text, exact) as ChangeData);
    }
    await this.#target.commit([...changes.values()], this.#executes);
  }

  /** The client's own closing is not compared; the server's is. */
  async #close(id: string, code: number): Promise<void> {
    const { socket } = this.#client(id);
    const isServers = this.#killed || closedByServer.has(this.#name);
    if (!isServers) {
      socket?.close();
      return;
    }
    await socket?.until(() => socket.closeCode !== null, 90_000);
    assert.equal(socket?.closeCode ?? 1006, code, `close code of ${id}`);
  }

  async #note(note: string): Promise<void> {
    this.#killed = this.#killed ? !/server (is )?up/.test(note) : /kill -|-- SIG/.test(note);
    if (/kill -TERM|SIGTERM/.test(note)) await this.#target.kill('SIGTERM');
    else if (/kill -KILL|SIGKILL/.test(note)) await this.#target.kill('SIGKILL');
    else if (/server (is )?up/.test(note)) await this.#target.start();
    else if (note === 'list_changes broken') this.#target.deafen(true);
    else if (note === 'list_changes restored') this.#target.deafen(false);
  }

  #client(id: string): Client {
    return this.#clients.get(id) ?? assert.fail(`${id} never connected`);
  }

  /** Waits for the frames that are expected by now; one too few fails with the difference in words. */
  async #caughtUp(): Promise<void> {
    for (const { socket, expected } of this.#clients.values())
      await socket
        ?.until(() => socket.frames.length >= expected.length, patience)
        .catch(() => this.#compare());
  }

  #own(text: string): string {
    return text.replaceAll(userA, this.#user);
  }

  #token(kind: TokenKind): string {
    const now = this.#now;
    const claims = {
      sub: kind === 'other-user' ? randomUUID() : this.#user,
      role:
        kind === 'anon' || kind === 'service_role'
          ? kind
          : kind === 'unknown-role'
            ? 'nosuchrole'
            : 'authenticated',
      exp: now + (kind === 'expired' ? -10 : kind === 'short' ? 9 : 3_600),
      jti: kind === 'good' ? 'good' : randomUUID(),
    };
    const { role: _role, ...withoutRole } = claims;
    const { exp: _exp, ...withoutEnd } = claims;
    const chosen = kind === 'no-role' ? withoutRole : kind === 'no-exp' ? withoutEnd : claims;
    return signToken(chosen, kind === 'wrong-signature' ? 'another secret' : this.#target.secret);
  }
}

const rawJson = JSON as unknown as { rawJSON(text: string): unknown };

function plain(frames: readonly WireFrame[], [from, to]: readonly [string, string]): WireFrame[] {
  return JSON.parse(JSON.stringify(frames).replaceAll(from, to)) as WireFrame[];
}

/** The answer to a request for a WebSocket that is refused. */
function requestSocket(url: string, key: string, version: string): Promise<{ status: number; body: string }> {
  const headers = {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': Buffer.from(randomUUID().slice(0, 16)).toString('base64'),
  };
  return new Promise((resolve, reject) => {
    const request = get(`${url}/realtime/v1/websocket?apikey=${key}&vsn=${version}`, { headers });
    request.on('error', reject);
    request.on('upgrade', (_response, socket) => {
      socket.destroy();
      reject(new Error('The socket was not refused.'));
    });
    request.on('response', async (response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
      resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') });
    });
  });
}
