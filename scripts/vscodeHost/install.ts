import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { cacheFolder } from './project.ts';
import { spdlogStandIn, watchdogStandIn } from './standIns.ts';

/**
 * A real VS Code server and workbench from the npm registry alone: the `lib/vscode` half of the package
 * `code-server`, without its wrapper, its install scripts or a compiler.
 */

/** VS Code 1.139.1. */
const codeServer = {
  version: '4.139.1',
  integrity:
    'sha512-fUYvJVdz4ZoVJfakGiGWXFMpF8K1ObsrpGvX17ZxNpKOzdNHs7lANT670JTr4ZhA8DnWqyvvmFG/d3HV9Yy6ew==',
};

/** Raise when the steps below change, so that no older result is reused. */
const recipe = 1;

/** Server dependencies that nothing here uses; with them it would be 250 MB more. */
const droppedPackages = [
  '@github/copilot-sdk',
  '@microsoft/mxc-sdk',
  '@devcontainers/cli',
  '@vscode/sandbox-runtime',
  '@vscode/copilot-api',
  '@vscode/sqlite3',
  '@vscode/windows-process-tree',
  '@vscode/windows-registry',
  '@vscode/deviceid',
  'kerberos',
  'ssh2',
];

/** Not github-authentication, although unused: the workbench asks for it by name and logs an error without it. */
const droppedExtensions = ['copilot', 'mermaid-markdown-features'];

/** Absolute path of the installed VS Code server. */
export interface VscodeHost {
  readonly serverMain: string;
}

/** Installs the host into the cache folder unless it is there, about 20 s and 210 MB; throws when npm fails. */
export function installVscodeHost(log: (line: string) => void = console.log): VscodeHost {
  if (process.platform === 'win32') {
    throw new Error(
      'The npm-delivered VS Code runs on Linux and macOS: on Windows use "npm run test:electron".',
    );
  }
  const folder = path.join(cacheFolder(), `vscode-host-${codeServer.version}-r${recipe}`);
  if (!isComplete(folder)) {
    log(`Installing VS Code from npm (code-server ${codeServer.version}) into ${folder} …`);
    const startedAt = Date.now();
    installInto(folder);
    log(`Installed VS Code in ${((Date.now() - startedAt) / 1000).toFixed(0)} s.`);
  }
  return { serverMain: path.join(folder, 'out/server-main.js') };
}

function isComplete(folder: string): boolean {
  return existsSync(path.join(folder, 'installed.json'));
}

/** Builds in a temporary folder and renames it at the end, so that a broken install is never picked up. */
function installInto(folder: string): void {
  mkdirSync(path.dirname(folder), { recursive: true });
  const temporary = mkdtempSync(`${folder}.tmp-`);
  try {
    const vscode = unpack(temporary);
    installDependencies(vscode);
    prune(vscode);
    writeFileSync(path.join(vscode, 'installed.json'), JSON.stringify({ ...codeServer, recipe }));
    if (!isComplete(folder)) {
      rmSync(folder, { recursive: true, force: true });
      renameSync(vscode, folder);
    }
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

function unpack(folder: string): string {
  npm(['pack', `code-server@${codeServer.version}`, '--pack-destination', folder], folder);
  const archive = path.join(folder, `code-server-${codeServer.version}.tgz`);
  const integrity = `sha512-${createHash('sha512').update(readFileSync(archive)).digest('base64')}`;
  if (integrity !== codeServer.integrity) {
    throw new Error(`The archive of code-server is not the expected one: ${integrity}.`);
  }
  execFileSync('tar', ['xzf', archive, '-C', folder, 'package/lib/vscode']);
  return path.join(folder, 'package/lib/vscode');
}

function installDependencies(vscode: string): void {
  const manifest = path.join(vscode, 'package.json');
  const content = JSON.parse(readFileSync(manifest, 'utf8'));
  for (const name of droppedPackages) delete content.dependencies[name];
  writeFileSync(manifest, JSON.stringify(content, null, 2));
  // `npm ci` refuses the shipped shrinkwrap file; `npm install` follows it.
  npm(['install', '--omit=dev', '--engine-strict=false'], vscode);
  npm(['install', '--omit=dev'], path.join(vscode, 'extensions'));
}

function prune(vscode: string): void {
  for (const name of droppedExtensions)
    rmSync(path.join(vscode, 'extensions', name), { recursive: true, force: true });
  const modules = path.join(vscode, 'node_modules');
  const ours = `${process.platform}-${process.arch}`;
  for (const folder of ['@vscode/ripgrep-universal/bin', 'node-pty/prebuilds']) {
    const binaries = path.join(modules, folder);
    if (!existsSync(binaries)) continue;
    for (const name of readdirSync(binaries)) {
      if (name !== ours) rmSync(path.join(binaries, name), { recursive: true });
    }
  }
  // Two native addons come without a binary; both do little, and plain JavaScript does it as well.
  writeFileSync(path.join(modules, '@vscode/spdlog/index.js'), spdlogStandIn);
  writeFileSync(path.join(modules, '@vscode/native-watchdog/index.js'), watchdogStandIn);
}

/** No install script is needed, and several would download from elsewhere. */
function npm(args: readonly string[], cwd: string): void {
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  execFileSync('npm', [...args, ...quiet], { cwd, stdio: ['ignore', 'ignore', 'inherit'] });
}
