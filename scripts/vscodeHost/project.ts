import { existsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Absolute path of the project, found from this file or from the bundle that holds it. */
export const projectRoot = findRoot(path.dirname(fileURLToPath(import.meta.url)));

/** Binary of the npm package `node`, which also runs VS Code's server. */
export const nodeBinary = path.join(
  projectRoot,
  'node_modules/node/bin',
  process.platform === 'win32' ? 'node.exe' : 'node',
);

/** Folder for what is fetched once per machine: `RUNGLASS_CACHE`, or this user's cache folder. */
export function cacheFolder(): string {
  if (process.env.RUNGLASS_CACHE) return process.env.RUNGLASS_CACHE;
  const home = os.homedir();
  const byPlatform: Partial<Record<NodeJS.Platform, string | undefined>> = {
    darwin: path.join(home, 'Library/Caches'),
    win32: process.env.LOCALAPPDATA,
  };
  const base = byPlatform[process.platform] ?? process.env.XDG_CACHE_HOME ?? path.join(home, '.cache');
  return path.join(base, 'runglass');
}

function findRoot(folder: string): string {
  if (existsSync(path.join(folder, 'esbuild.mjs'))) return folder;
  const parent = path.dirname(folder);
  if (parent === folder) throw new Error('This file is not inside the Runglass project.');
  return findRoot(parent);
}
