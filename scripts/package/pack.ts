import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { nodeBinary, projectRoot } from '../vscodeHost/project.ts';
import { missingFrom } from './contents.ts';

export interface Packed {
  /** Absolute path of the .vsix. */
  readonly file: string;
  readonly files: number;
  readonly bytes: number;
}

/**
 * Packs what is in dist/, which must be built, with all else that an editor installs; throws with what is missing or
 * what vsce has against it.
 */
export function packExtension(out?: string): Packed {
  const manifest = JSON.parse(readFileSync(path.join(projectRoot, 'package.json'), 'utf8'));
  const files = vsce(['ls']).trim().split('\n');
  const missing = missingFrom(files, projectRoot);
  if (missing.length > 0)
    throw new Error(`The package lacks what the extension needs when it runs: ${missing.join(', ')}.`);
  const file = out ?? path.join(projectRoot, `${manifest.name}-${manifest.version}.vsix`);
  // Links of the README to other files of this repository stay as they are: there is no other place to send readers to.
  vsce(['package', '--out', file, '--allow-missing-repository', '--no-rewrite-relative-links']);
  return { file, files: files.length, bytes: statSync(file).size };
}

/** What vsce prints; throws when it fails or warns. It packs no dependencies, because everything is bundled. */
function vsce(args: readonly string[]): string {
  const script = path.join(projectRoot, 'node_modules/@vscode/vsce/vsce');
  const { status, stdout, stderr } = spawnSync(nodeBinary, [script, ...args, '--no-dependencies'], {
    cwd: projectRoot,
    encoding: 'utf8',
  });
  const said = `${stdout}${stderr}`;
  if (status !== 0 || /WARN/.test(said)) throw new Error(`vsce ${args[0]} complains:\n${said.trim()}`);
  return stdout;
}
