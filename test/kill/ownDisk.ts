import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import type { Trouble } from '../../src/extension/activity/outbox/trouble.ts';
import { stopProcess } from '../support/backend.ts';
import { Conversation } from './conversation.ts';
import type { WindowAccount } from './windowProcess.ts';

export interface DiskOptions {
  readonly folder: string;
  readonly window: string;
  readonly account: WindowAccount;
}

export interface DiskCommand {
  readonly command: 'log' | 'fill' | 'make room' | 'read-only' | 'writable' | 'send' | 'look';
  /** Of events to log. */
  readonly count?: number;
}

/** What the window says after a command, once it has tried to save. */
export interface DiskState {
  readonly saved: boolean;
  readonly logged: number;
  readonly pending: number;
  readonly dropped: number;
  readonly trouble: Trouble | null;
  readonly onDisk: { readonly count: number; readonly first: unknown };
  /** After garbage collection, bytes. */
  readonly heap: number;
  readonly warnings: readonly string[];
  readonly infos: readonly string[];
}

/** Options of `unshare` that let us mount here, as root or in a user namespace; null where neither is allowed. */
export function namespaceOptions(): readonly string[] | null {
  for (const options of [['--mount'], ['--map-root-user', '--mount']])
    if (spawnSync('unshare', [...options, 'mount', '-t', 'tmpfs', 'tmpfs', '/tmp']).status === 0)
      return options;
  return null;
}

/** A window whose folder is a file system of its own in memory, which ends with the process. */
export class OwnDisk {
  readonly #child: ChildProcess;
  readonly #conversation: Conversation<DiskCommand, DiskState>;

  constructor(namespace: readonly string[], size: string, options: Omit<DiskOptions, 'window'>) {
    const script = path.resolve('test/kill/diskWindow.ts');
    const mount = `mount -t tmpfs -o size=${size},mode=700 tmpfs "$0" && exec "$@"`;
    const json = JSON.stringify({ ...options, window: randomUUID() });
    const command = [process.execPath, '--expose-gc', script, json];
    this.#child = spawn('unshare', [...namespace, 'sh', '-c', mount, options.folder, ...command], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#conversation = new Conversation(this.#child);
  }

  tell(command: DiskCommand['command'], count = 0): Promise<DiskState> {
    return this.#conversation.ask({ command, count });
  }

  async stop(): Promise<void> {
    await stopProcess(this.#child, 'SIGKILL');
  }
}
