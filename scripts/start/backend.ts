import path from 'node:path';
import { startGroup } from '../vscodeHost/processGroup.ts';
import { nodeBinary, projectRoot } from '../vscodeHost/project.ts';
import type { Running } from './running.ts';

/** The line that the embedded backend prints when it is ready. */
export interface BackendInfo {
  readonly url: string;
  readonly publishableKey: string;
  readonly secretKey: string;
  readonly user: { readonly email: string; readonly password: string };
}

export interface RunningBackend extends Running {
  readonly info: BackendInfo;
  readonly exited: Promise<unknown>;
}

/** Starts the embedded backend with seed data on a folder; throws with what it printed when it does not get ready. */
export async function startBackend(dataFolder: string): Promise<RunningBackend> {
  const script = path.join(projectRoot, 'dist/backend/main.js');
  const args = [script, '--dir', dataFolder, '--json', '--seed'];
  const group = startGroup(nodeBinary, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const info = await new Promise<BackendInfo>((resolve, reject) => {
    group.child.stderr?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    let line = '';
    group.child.stdout?.on('data', (chunk: Buffer) => {
      line += chunk.toString();
      if (line.includes('\n')) resolve(JSON.parse(line.slice(0, line.indexOf('\n'))));
    });
    group.exited.then(
      (code) => reject(new Error(`The backend ended with ${code}:\n${line}${output}`)),
      reject,
    );
  });
  return { info, exited: group.exited, stop: () => group.stop(10_000) };
}
