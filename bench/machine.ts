import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ensureChromium } from '../scripts/vscodeHost/browser.ts';
import { installVscodeHost } from '../scripts/vscodeHost/install.ts';
import { projectRoot } from '../scripts/vscodeHost/project.ts';
import { findPostgres } from '../test/support/postgres.ts';

/** What figures depend on, each with its name; what is not to be had is left out. */
export function machineFacts(commit: string | null): readonly (readonly [name: string, value: string])[] {
  const cpus = os.cpus();
  const facts: readonly (readonly [string, () => string])[] = [
    ['Date', () => new Date().toISOString().slice(0, 10)],
    ...(commit === null ? [] : [['Commit', () => commit] as const]),
    ['Processor', () => `${cpus[0]?.model.trim() ?? os.arch()}, ${cpus.length} processors`],
    ['Memory', () => `${(os.totalmem() / 2 ** 30).toFixed(0)} GB`],
    ['System', system],
    ['Node', () => process.version],
    ['VS Code', () => vscodeVersion()],
    ['Browser', () => versionOf(ensureChromium())],
    ['PostgreSQL', () => versionOf(path.join(findPostgres(), 'postgres'))],
  ];
  return facts.flatMap(([name, tell]) => {
    try {
      return [[name, tell()] as const];
    } catch {
      return [];
    }
  });
}

/** The commit that is measured, null outside of a clone; throws when files are not committed, the page of figures aside. */
export function measuredCommit(): string | null {
  const git = (...args: string[]) => spawnSync('git', args, { cwd: projectRoot, encoding: 'utf8' });
  const head = git('rev-parse', '--short=10', 'HEAD');
  if (head.status !== 0) return null;
  const changes = git('status', '--porcelain', '--', '.', ':!docs/BENCHMARKS.md').stdout.trimEnd();
  if (changes)
    throw new Error(
      `--page names the commit that is measured: commit these first, or stash them.\n${changes}`,
    );
  return head.stdout.trim();
}

function system(): string {
  if (process.platform !== 'linux') return `${os.type()} ${os.release()} ${os.arch()}`;
  const name = /^PRETTY_NAME="(.*)"$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? 'Linux';
  return `${name}, ${os.type()} ${os.release()} ${os.arch()}`;
}

function vscodeVersion(): string {
  const folder = path.dirname(path.dirname(installVscodeHost().serverMain));
  const { version } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
  return `${version}, its server and its workbench in a browser`;
}

function versionOf(program: string): string {
  const { stdout } = spawnSync(program, ['--version'], { encoding: 'utf8' });
  const version = stdout?.trim().split('\n')[0];
  if (!version) throw new Error(`${program} does not tell its version.`);
  return version;
}
