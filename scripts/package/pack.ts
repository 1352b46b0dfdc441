import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { nodeBinary, projectRoot } from '../vscodeHost/project.ts';
import { contentFaults, largestPackage } from './contents.ts';

export interface Packed {
  /** Absolute path of the .vsix. */
  readonly file: string;
  readonly files: number;
  readonly bytes: number;
}

/**
 * Packs what is in dist/, which must be built, with all else that an editor installs; throws with what is missing, what
 * is there and never runs, what vsce has against it, or that it is too large.
 */
export function packExtension(out?: string): Packed {
  const manifest = JSON.parse(readFileSync(path.join(projectRoot, 'package.json'), 'utf8'));
  const files = vsce(['ls']).trim().split('\n');
  const faults = contentFaults(files, projectRoot);
  if (faults.length > 0) throw new Error(faults.map((fault) => `The package ${fault}.`).join('\n'));
  const file = out ?? path.join(projectRoot, `${manifest.name}-${manifest.version}.vsix`);
  // package.json names no repository until there is a public one (docs/RELEASING.md): links of the README to other files
  // stay as they are, because there is no other place to send readers to.
  vsce(['package', '--out', file, '--allow-missing-repository', '--no-rewrite-relative-links']);
  const bytes = statSync(file).size;
  if (bytes > largestPackage) {
    const [is, limit] = [bytes, largestPackage].map((size) => (size / 2 ** 20).toFixed(1));
    throw new Error(`The package has ${is} MB; at most it may have ${limit} MB.`);
  }
  return { file, files: files.length, bytes };
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
