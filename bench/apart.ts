import path from 'node:path';
import { startGroup } from '../scripts/vscodeHost/processGroup.ts';
import { nodeBinary, projectRoot } from '../scripts/vscodeHost/project.ts';
import type { Row } from './rows.ts';

/** What the process of a benchmark tells in the end. */
export type Told = { readonly rows: readonly Row[] } | { readonly error: string };

/** After which a benchmark is ended, ms; the longest takes seven minutes. */
const patience = 30 * 60_000;

/**
 * Runs one benchmark in a process of its own, so that none meets what another left on the heap, and none takes others
 * with it. What it prints goes to stderr. Rejects with what it lacks, or when it has not ended after `limitMs`.
 */
export async function measureApart(name: string, limitMs = patience): Promise<readonly Row[]> {
  const script = path.join(projectRoot, 'bench/process.ts');
  const manifestNames = path.join(projectRoot, 'scripts/manifestNames.mjs');
  const group = startGroup(nodeBinary, ['--import', manifestNames, script, name], {
    cwd: projectRoot,
    stdio: ['ignore', process.stderr, process.stderr, 'ipc'],
  });
  let told: Told | null = null;
  group.child.on('message', (message: Told) => {
    told = message;
  });
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    void group.stop();
  }, limitMs);
  const status = await group.exited;
  clearTimeout(timer);
  if (isLate) throw new Error(`It did not end within ${limitMs / 60_000} minutes and was ended.`);
  const answer = told as Told | null;
  if (!answer) throw new Error(`Its process ended with ${status}; what it printed is above.`);
  if ('error' in answer) throw new Error(answer.error);
  return answer.rows;
}
