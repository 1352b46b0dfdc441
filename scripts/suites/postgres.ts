import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { canInstallPackages, installPackages } from '../vscodeHost/debian.ts';

/**
 * Null when PostgreSQL 15 or newer is here, else why there is none. With `install`, as in CI, it is installed on Debian
 * as root; in CI this throws when there is none in the end.
 */
export function ensurePostgres({ install = Boolean(process.env.CI) } = {}): string | null {
  if (hasPostgres()) return null;
  if (install && canInstallPackages()) {
    console.log('Installing PostgreSQL with apt-get …');
    installPackages(['postgresql']);
    if (hasPostgres()) return null;
  }
  const reason =
    'No binaries of PostgreSQL 15 or newer (initdb, postgres) were found: install the package "postgresql", or put their folder on PATH.';
  if (process.env.CI) throw new Error(reason);
  return reason;
}

function hasPostgres(): boolean {
  return binaryFolders().some((folder) => {
    const { stdout } = spawnSync(path.join(folder, 'postgres'), ['--version'], { encoding: 'utf8' });
    return Number(/\s(\d+)/.exec(stdout ?? '')?.[1]) >= 15 && existsSync(path.join(folder, 'initdb'));
  });
}

/** Debian and Homebrew keep the server's binaries off PATH. */
function binaryFolders(): string[] {
  const folders = [process.env.RUNGLASS_PG_BIN ?? '', ...(process.env.PATH ?? '').split(path.delimiter)];
  const { stdout } = spawnSync('pg_config', ['--bindir'], { encoding: 'utf8' });
  if (stdout) folders.push(stdout.trim());
  if (existsSync('/usr/lib/postgresql')) {
    for (const version of readdirSync('/usr/lib/postgresql'))
      folders.push(`/usr/lib/postgresql/${version}/bin`);
  }
  return folders.filter((folder) => folder !== '' && existsSync(path.join(folder, 'postgres')));
}
