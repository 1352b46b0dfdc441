import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { projectRoot } from '../vscodeHost/project.ts';
import { writeResults } from './results.ts';

/** Runs every static check and prints one line for each, with the tool's own words when it fails; true when all pass. */
export function runChecks(): boolean {
  const failed: string[] = [];
  const checks = allChecks();
  for (const { name, command } of checks) {
    const startedAt = performance.now();
    const [file = '', ...args] = command;
    const { status, stdout, stderr } = spawnSync(file, args, {
      cwd: projectRoot,
      encoding: 'utf8',
      maxBuffer: 64 << 20,
      shell: process.platform === 'win32',
    });
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    console.log(`  ${status === 0 ? '✔' : '✘'} ${name} (${seconds} s)`);
    if (status === 0) continue;
    failed.push(name);
    console.log(`${stdout ?? ''}${stderr ?? ''}`.trimEnd());
  }
  writeResults({ passed: checks.length - failed.length, failed, skipped: [] });
  return failed.length === 0;
}

function allChecks(): { name: string; command: string[] }[] {
  const projects = globSync(['src/*/tsconfig.json', '{test,scripts,bench,examples}/tsconfig.json'], {
    cwd: projectRoot,
  });
  return [
    ...projects.sort().map((file) => ({ name: `tsc ${file}`, command: ['tsc', '-p', file] })),
    { name: 'biome', command: ['biome', 'check', '--error-on-warnings', '.'] },
    { name: 'words', command: ['node', 'scripts/l10n.mjs', '--check'] },
    { name: 'workflows', command: ['node', 'scripts/workflows.mjs'] },
    { name: 'notices', command: ['node', 'scripts/notices.mjs', '--check'] },
    { name: 'generated types', command: ['node', 'scripts/generateTypes.mjs', '--check'] },
  ];
}
