import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { nodeBinary, projectRoot } from '../vscodeHost/project.ts';
import { contentFaults, largestPackage } from './contents.ts';
import { withoutRelativeTargets } from './page.ts';

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
  const files = vsce(['ls'], projectRoot).trim().split('\n');
  const faults = contentFaults(files, projectRoot);
  if (faults.length > 0) throw new Error(faults.map((fault) => `The package ${fault}.`).join('\n'));
  const file = out ?? path.join(projectRoot, `${manifest.name}-${manifest.version}.vsix`);
  if (manifest.repository) vsce(['package', '--out', file], projectRoot);
  else packWithoutRepository(files, file);
  const bytes = statSync(file).size;
  if (bytes > largestPackage) {
    const [is, limit] = [bytes, largestPackage].map((size) => (size / 2 ** 20).toFixed(1));
    throw new Error(`The package has ${is} MB; at most it may have ${limit} MB.`);
  }
  return { file, files: files.length, bytes };
}

/** Until package.json names a public repository (docs/RELEASING.md), to which vsce leads the links of pages. */
function packWithoutRepository(files: readonly string[], out: string): void {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'runglass-package-'));
  try {
    for (const file of [...files, '.vscodeignore'])
      cpSync(path.join(projectRoot, file), path.join(folder, file), { recursive: true });
    for (const page of ['README.md', 'CHANGELOG.md']) {
      const markdown = readFileSync(path.join(projectRoot, page), 'utf8');
      writeFileSync(path.join(folder, page), withoutRelativeTargets(markdown));
    }
    vsce(['package', '--out', out, '--allow-missing-repository'], folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What vsce prints; throws when it fails or warns. It packs no dependencies, because everything is bundled. */
function vsce(args: readonly string[], cwd: string): string {
  const script = path.join(projectRoot, 'node_modules/@vscode/vsce/vsce');
  const { status, stdout, stderr } = spawnSync(nodeBinary, [script, ...args, '--no-dependencies'], {
    cwd,
    encoding: 'utf8',
  });
  const said = `${stdout}${stderr}`;
  if (status !== 0 || /WARN/.test(said)) throw new Error(`vsce ${args[0]} complains:\n${said.trim()}`);
  return stdout;
}
