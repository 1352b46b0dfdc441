import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import path from 'node:path';
import { nodeBinary, projectRoot } from './project.ts';

/** What may not outlive this process. */
export interface Estate {
  /** Ids of the leaders of process groups. */
  readonly groups: readonly number[];
  /** Absolute paths. */
  readonly folders: readonly string[];
}

const groups = new Set<number>();
const folders = new Set<string>();
let guardian: ChildProcess | null = null;

/** Has a process group ended by force when this process ends, however it ends, until `forgetGroup`. */
export function keepGroup(pid: number): void {
  groups.add(pid);
  tellGuardian();
}

export function forgetGroup(pid: number): void {
  if (groups.delete(pid)) tellGuardian();
}

/** Has a folder removed when this process ends, however it ends, until `forgetFolder`. */
export function keepFolder(folder: string): void {
  folders.add(folder);
  tellGuardian();
}

export function forgetFolder(folder: string): void {
  if (folders.delete(folder)) tellGuardian();
}

function tellGuardian(): void {
  guardian ??= startGuardian();
  const estate: Estate = { groups: [...groups], folders: [...folders] };
  guardian.stdin?.write(`${JSON.stringify(estate)}\n`);
}

/** In a group of its own, so that Ctrl-C and the end of our group pass it by; it keeps nobody from ending. */
function startGuardian(): ChildProcess {
  const script = path.join(projectRoot, 'scripts/vscodeHost/guardian.ts');
  const child = spawn(nodeBinary, [script], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  child.unref();
  (child.stdin as Socket).unref();
  return child;
}
