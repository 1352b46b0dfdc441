import path from 'node:path';
import { startGroup } from '../scripts/vscodeHost/processGroup.ts';
import { nodeBinary, projectRoot } from '../scripts/vscodeHost/project.ts';
import type { Row } from './rows.ts';

/** What the process of a benchmark tells in the end. */
export type Told = { readonly rows: readonly Row[] } | { readonly error: string };

/**
 * Runs one benchmark in a process of its own, so that none meets what another left on the heap, and none takes others
 * with it. What it prints goes to stderr. Rejects with what it lacks.
 */
export async function measureApart(name: string): Promise<readonly Row[]> {
  const script = path.join(projectRoot, 'bench/process.ts');
  const manifestNames = path.join(projectRoot, 'scripts/manifestNames.mjs');
  const { child, exited } = startGroup(nodeBinary, ['--import', manifestNames, script, name], {
    cwd: projectRoot,
    stdio: ['ignore', process.stderr, process.stderr, 'ipc'],
  });
  let told: Told | null = null;
  child.on('message', (message: Told) => {
    told = message;
  });
  const status = await exited;
  const answer = told as Told | null;
  if (!answer) throw new Error(`Its process ended with ${status}; what it printed is above.`);
  if ('error' in answer) throw new Error(answer.error);
  return answer.rows;
}
