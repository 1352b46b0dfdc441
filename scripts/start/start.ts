import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { onOrphaned } from '../bootstrap.mjs';
import { readOptions } from '../options.mjs';
import { createProfile, type Profile } from '../vscodeHost/profile.ts';
import { startBackend } from './backend.ts';
import { openEditor } from './editor.ts';
import type { Running } from './running.ts';
import { startWorkload } from './workload.ts';

/**
 * Starts backend, editor and workload in throw-away folders and keeps them going until a signal, or the end of
 * the editor, stops them all; ends the process.
 */
export async function start(args: string[]): Promise<void> {
  const options = readOptions(
    { web: { type: 'boolean', default: false }, quick: { type: 'boolean', default: false } },
    args,
  );
  const running: Running[] = [];
  const profile = createProfile();
  const stop = stopper(running, profile);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => void stop('Stopping …', 0));
  }
  onOrphaned(() => void stop('Stopping …', 0));
  try {
    const dataFolder = path.join(profile.root, 'backend');
    mkdirSync(dataFolder, { mode: 0o700 });
    const backend = await startBackend(dataFolder);
    running.push(backend);
    console.log(`Backend:   ${backend.info.url}  (sign in as ${backend.info.user.email})`);
    const editor = await openEditor(profile, dataFolder, options.web);
    running.push(editor);
    console.log(`VS Code:   ${editor.description}`);
    running.push(startWorkload(backend.info, options.quick));
    console.log('Ctrl-C stops everything.\n');
    await Promise.race([
      backend.exited.then(() => stop('The backend has ended.', 1)),
      editor.exited.then(() => stop('VS Code was closed.', 0)),
    ]);
  } catch (error) {
    await stop(error instanceof Error ? error.message : String(error), 1);
  }
}

/** Stops everything in reverse order, once, removes the folders and ends the process. */
function stopper(running: Running[], profile: Profile): (reason: string, status: number) => Promise<void> {
  let stopping: Promise<void> | null = null;
  return (reason, status) => {
    stopping ??= (async () => {
      console.log(reason);
      for (const one of running.toReversed()) await one.stop();
      profile.remove();
      process.exit(status);
    })();
    return stopping;
  };
}
