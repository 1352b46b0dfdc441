import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { LocalBackend, type Times } from '../../../src/extension/localBackend.ts';
import { type Problem, RunglassError } from '../../../src/shared/status.ts';

/** One window: a process with the shipped `LocalBackend`, which starts it anew when it is gone. Says a line of JSON for all it meets. */

export interface WindowOptions {
  readonly folder: string;
  readonly mainPath: string;
  readonly times?: Partial<Times>;
}
export type Said =
  | {
      readonly kind: 'using';
      readonly url: string;
      readonly publishableKey: string;
      readonly pid: number;
      readonly version: string;
    }
  | { readonly kind: 'lost' }
  | { readonly kind: 'problem'; readonly reason: Problem['reason']; readonly detail: string };

const options = JSON.parse(process.argv[2] ?? '') as WindowOptions;
const quiet = () => {};
const backend = new LocalBackend({
  ...options,
  log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
});
const say = (line: Said) => console.log(JSON.stringify(line));

async function start(): Promise<void> {
  try {
    const { url, publishableKey } = await backend.start();
    const file = readFileSync(path.join(options.folder, 'backend.json'), 'utf8');
    const { pid, version } = JSON.parse(file) as { pid: number; version: string };
    say({ kind: 'using', url, publishableKey, pid, version });
  } catch (error) {
    if (!(error instanceof RunglassError)) throw error;
    say({ kind: 'problem', reason: error.problem.reason, detail: error.message });
  }
}

backend.onDidExit(async () => {
  say({ kind: 'lost' });
  // As long as the connection of the shipped extension waits.
  await sleep(500);
  await start();
});
void start();
for await (const line of createInterface({ input: process.stdin })) {
  if (line === 'again') void start();
  if (line === 'close') {
    backend.dispose();
    break;
  }
}
process.stdin.destroy();
