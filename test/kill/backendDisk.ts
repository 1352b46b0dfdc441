import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import * as esbuild from 'esbuild';
import { backendMain, stopProcess } from '../support/backend.ts';
import { Conversation } from './conversation.ts';

export interface BackendDiskCommand {
  readonly command:
    | 'start'
    | 'fill'
    | 'make room'
    | 'read-only'
    | 'writable'
    | 'insert'
    | 'update'
    | 'read'
    | 'kill';
  /** Bytes that filling leaves free. */
  readonly leave?: number;
}

export interface BackendDiskAnswer {
  /** Of a `Problem`. */
  readonly reason?: string;
  readonly detail?: string;
  readonly failure?: string;
  readonly acknowledged?: number;
  readonly status?: number;
  readonly refusal?: string;
  readonly rows?: { readonly count: number; readonly description: string };
  /** In the data folder. */
  readonly files: readonly string[];
}

/** A window and its local backend whose data folder is on a file system in memory, which ends with them. */
export class BackendDisk {
  readonly #child: ChildProcess;
  readonly #conversation: Conversation<BackendDiskCommand, BackendDiskAnswer>;

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.#conversation = new Conversation(child);
  }

  static async mount(namespace: readonly string[], size: string, folder: string): Promise<BackendDisk> {
    const script = path.resolve('out/kill/backend-disk.mjs');
    await esbuild.build({
      entryPoints: ['test/kill/backendDiskScript.ts'],
      ...{
        outfile: script,
        bundle: true,
        format: 'esm',
        platform: 'node',
        target: 'node22',
        logLevel: 'silent',
      },
    });
    const mount = `mount -t tmpfs -o size=${size},mode=700 tmpfs "$0" && "$@"`;
    // Whatever is left in the namespace of processes ends with its first.
    const options = [...namespace, '--pid', '--fork', '--kill-child', '--mount-proc'];
    const command = [process.execPath, script, folder, backendMain];
    return new BackendDisk(
      spawn('unshare', [...options, 'sh', '-c', mount, folder, ...command], {
        stdio: ['pipe', 'pipe', 'inherit'],
      }),
    );
  }

  tell(command: BackendDiskCommand['command'], leave = 0): Promise<BackendDiskAnswer> {
    return this.#conversation.ask({ command, leave });
  }

  async stop(): Promise<void> {
    await stopProcess(this.#child, 'SIGKILL');
  }
}
