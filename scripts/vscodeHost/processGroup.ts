import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { forgetGroup, keepGroup } from './estate.ts';

/** A started command with everything that it starts in turn. */
export interface ProcessGroup {
  readonly child: ChildProcess;
  /** Resolves with the exit status of the command, null when a signal ended it. */
  readonly exited: Promise<number | null>;
  /** Asks the group to end and ends it by force after `graceMs`; harmless when repeated. */
  stop(graceMs?: number): Promise<void>;
}

/** Makes a signal end this process through `exit`, after `release`, so that what it started ends as well. */
export function exitOnSignals(release: () => Promise<void> = async () => {}): void {
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => void release().finally(() => process.exit(1)));
  }
}

/** Starts a command as the leader of its own process group, which does not outlive this process. */
export function startGroup(
  command: string,
  args: readonly string[],
  options: SpawnOptions = {},
): ProcessGroup {
  const child = spawn(command, args, { ...options, detached: process.platform !== 'win32' });
  const { pid } = child;
  if (pid !== undefined) keepGroup(pid);
  const exited = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (status) => {
      signal(child, 'SIGKILL'); // stragglers of the group
      // At once: the system may give the number to somebody else.
      if (pid !== undefined) forgetGroup(pid);
      resolve(status);
    });
  });
  exited.catch(() => {}); // Told to whoever waits for it; nobody needs to.
  return { child, exited, stop: (graceMs = 5_000) => stop(child, exited, graceMs) };
}

async function stop(child: ChildProcess, exited: Promise<unknown>, graceMs: number): Promise<void> {
  const settled = exited.catch(() => {});
  if (child.exitCode === null && child.signalCode === null) signal(child, 'SIGTERM');
  const timer = setTimeout(() => signal(child, 'SIGKILL'), graceMs);
  await settled;
  clearTimeout(timer);
}

function signal(child: ChildProcess, name: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? child.pid : -child.pid, name);
  } catch {
    // Already gone.
  }
}
