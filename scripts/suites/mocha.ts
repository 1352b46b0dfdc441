import { globSync } from 'node:fs';
import path from 'node:path';
import Mocha from 'mocha';
import type { Results } from './results.ts';

export interface MochaOptions {
  /** Folder of bundled `*.test.js` files, searched at every depth. */
  readonly folder: string;
  /** Glob of those to run, all of them unless given. */
  readonly files?: string | undefined;
  readonly timeoutMs: number;
  readonly grep?: string | undefined;
  readonly color?: boolean;
}

/** Runs the tests of a folder in this process and prints them as they end. */
export async function runMocha(options: MochaOptions): Promise<Results> {
  const mocha = new Mocha({
    ui: 'bdd',
    reporter: 'spec',
    timeout: options.timeoutMs,
    slow: options.timeoutMs / 4,
    color: options.color ?? false,
    forbidOnly: !!process.env.CI,
    ...(options.grep ? { grep: new RegExp(options.grep) } : {}),
  });
  for (const file of globSync(options.files ?? '**/*.test.js', { cwd: options.folder }).sort()) {
    mocha.addFile(path.join(options.folder, file));
  }
  await mocha.loadFilesAsync();
  const failed: string[] = [];
  const skipped: string[] = [];
  const stats = await new Promise<Mocha.Stats | undefined>((resolve) => {
    const runner = mocha.run(() => resolve(runner.stats));
    runner.on('fail', (test, error: unknown) => failed.push(`${test.fullTitle()}\n${messageOf(error)}`));
    runner.on('pending', (test) => skipped.push(test.fullTitle()));
  });
  return { passed: stats?.passes ?? 0, failed, skipped };
}

/** What the summary tells of an error, so that the end of a long output is enough to go on with: its first lines. */
function messageOf(error: unknown): string {
  const lines = (error instanceof Error ? error.message : String(error))
    .split('\n')
    .filter((line) => line.trim());
  return lines
    .slice(0, 8)
    .map((line) => `      ${line.slice(0, 200)}`)
    .join('\n');
}
