import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import * as esbuild from 'esbuild';
import { backendMain, stopProcess } from '../support/backend.ts';

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
  readonly #lines: Interface;

  private constructor(child: ChildProcess) {
    if (!child.stdout) throw new Error('The window has no output.');
    this.#child = child;
    this.#lines = createInterface({ input: child.stdout });
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
    return new Promise((resolve, reject) => {
      const gone = () => reject(new Error(`The window ended at "${command}".`));
      this.#child.once('exit', gone);
      this.#lines.once('line', (line) => {
        this.#child.off('exit', gone);
        resolve(JSON.parse(line));
      });
      this.#child.stdin?.write(`${JSON.stringify({ command, leave })}\n`);
    });
  }

  async stop(): Promise<void> {
    await stopProcess(this.#child, 'SIGKILL');
  }
}
