import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ensureChromium } from '../scripts/vscodeHost/browser.ts';
import { installVscodeHost } from '../scripts/vscodeHost/install.ts';
import { projectRoot } from '../scripts/vscodeHost/project.ts';
import { findPostgres } from '../test/support/postgres.ts';

/** What figures depend on, each with its name; what is not to be had is left out. */
export function machineFacts(): readonly (readonly [name: string, value: string])[] {
  const cpus = os.cpus();
  const facts: readonly (readonly [string, () => string])[] = [
    ['Date', () => new Date().toISOString().slice(0, 10)],
    ['Commit', commit],
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

/** With what is not committed said. */
function commit(): string {
  const git = (...args: string[]) => execFileSync('git', args, { cwd: projectRoot, encoding: 'utf8' }).trim();
  const isChanged = git('status', '--porcelain', '--', '.', ':!docs/BENCHMARKS.md') !== '';
  return `${git('rev-parse', '--short=10', 'HEAD')}${isChanged ? ', with changes' : ''}`;
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
