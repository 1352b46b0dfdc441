import { randomUUID } from 'node:crypto';
import { readFile, stat, utimes } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import * as v from 'valibot';
import { processExists } from '../../platform/processExists.ts';
import type { JournalFolder, Windows } from './folder.ts';

const presenceSchema = v.object({
  host: v.string(),
  pid: v.number(),
  /** Where the window answers with the nonce, on 127.0.0.1. */
  port: v.number(),
  nonce: v.string(),
});
type Presence = v.InferOutput<typeof presenceSchema>;

/** A window that answers so late is busy or asleep, ms: better an orphan that waits than a journal with two writers. */
const patience = 3_000;
/** Of another machine that shares the folder, or the container before this one, only the age can be known, ms. */
const foreignFor = 24 * 3_600_000;

/**
 * Tells living windows from dead ones: each listens on a port, which the system closes with the process, and notes
 * port and nonce in `<window>.window`. A pid alone may by now be another process, or the same one after a reload.
 */
export class WindowPresence implements Windows {
  readonly #path: string;
  readonly #folder: JournalFolder;
  readonly #window: string;
  #listening: Promise<{ readonly server: Server; readonly presence: Presence }> | null = null;

  constructor(folderPath: string, folder: JournalFolder, window: string) {
    this.#path = folderPath;
    this.#folder = folder;
    this.#window = window;
  }

  async announce(): Promise<void> {
    this.#listening ??= listen();
    const { presence } = await this.#listening.catch((error: unknown) => {
      this.#listening = null;
      throw error;
    });
    const file = path.join(this.#path, fileOf(this.#window));
    const now = new Date();
    const touched = await utimes(file, now, now).then(
      () => true,
      () => false,
    );
    if (!touched) await this.#folder.replace(fileOf(this.#window), JSON.stringify(presence));
  }

  async isAlive(window: string): Promise<boolean> {
    const file = path.join(this.#path, fileOf(window));
    const presence = await readPresence(file);
    if (!presence) return false;
    if (presence.host !== os.hostname()) {
      const info = await stat(file).catch(() => null);
      return info !== null && Date.now() - info.mtimeMs < foreignFor;
    }
    return processExists(presence.pid) && (await answers(presence));
  }

  async leave(): Promise<void> {
    const listening = await this.#listening?.catch(() => null);
    this.#listening = null;
    listening?.server.close();
    await this.#folder.remove(fileOf(this.#window));
  }
}

function fileOf(window: string): string {
  return `${window}.window`;
}

/** Null when there is no such file, or it is damaged: then nobody answers for it. */
async function readPresence(file: string): Promise<Presence | null> {
  const text = await readFile(file, 'utf8').catch(() => null);
  const result = v.safeParse(v.pipe(v.string(), v.parseJson(), presenceSchema), text);
  return result.success ? result.output : null;
}

async function listen() {
  const nonce = randomUUID();
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.end(nonce);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  server.unref();
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return { server, presence: { host: os.hostname(), pid: process.pid, port, nonce } };
}

/** Silence counts as an answer, another nonce does not. */
function answers({ port, nonce }: Presence): Promise<boolean> {
  return new Promise((resolve) => {
    let answer = '';
    let connected = false;
    const socket = connect({ host: '127.0.0.1', port });
    socket.setTimeout(patience, () => socket.destroy());
    socket.on('connect', () => {
      connected = true;
    });
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(connected && (answer === '' || answer === nonce)));
  });
}
