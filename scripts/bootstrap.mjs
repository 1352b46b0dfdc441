// What every script of package.json does first, with nothing but Node's own modules: dependencies as the lockfile
// has them, the pinned Node, and up-to-date bundles. Starts under Node 20, continues under the pinned one.
import { spawn, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

const windows = process.platform === 'win32';

/** Binary of the npm package `node`, or what takes its place: the one Node that builds, tests and serves. */
export const pinnedNode = path.join(root, 'node_modules/node/bin', windows ? 'node.exe' : 'node');

/** Where what installs and builds talks. */
let talk = process.stdout;

/** Keeps stdout for what the script itself prints: installing and building talk on stderr from now on. */
export function keepStdout() {
  talk = process.stderr;
}

/**
 * Resolves once dependencies are installed and this process is the pinned Node with its tools first on PATH. A
 * process under another Node never gets past this: it waits for the one it starts and ends as that one does. What
 * cannot be had ends the process with status 1 and one sentence.
 */
export async function ensureReady() {
  process.chdir(root);
  if (!isInstalled()) install();
  const tools = path.join(root, 'node_modules/.bin') + path.delimiter;
  if (!process.env.PATH?.startsWith(tools)) process.env.PATH = tools + process.env.PATH;
  if (isPinnedNode()) return;
  ensurePinnedNode();
  await reexecute();
}

/**
 * Runs esbuild.mjs when a source is newer than what it built last; ends the process when the build fails.
 * @param {{ production?: boolean }} [options] `production` minifies and holds the size budgets.
 */
export function ensureBuilt({ production = false } = {}) {
  const stamp = path.join(root, 'dist/.built.json');
  const wanted = JSON.stringify({ production });
  const outputs = ['extension.js', 'sync.js', 'webview/dashboard.js', 'backend/main.js'];
  const isCurrent =
    existsSync(stamp) &&
    readFileSync(stamp, 'utf8') === wanted &&
    outputs.every((file) => existsSync(path.join(root, 'dist', file))) &&
    newestSource() < statSync(stamp).mtimeMs;
  if (isCurrent) return;
  // The stamp carries the time of the start: what changes while the build runs counts as newer.
  const startedAt = new Date();
  runBuild(production ? ['--production'] : []);
  mkdirSync(path.dirname(stamp), { recursive: true });
  writeFileSync(stamp, wanted);
  utimesSync(stamp, startedAt, startedAt);
}

/**
 * Runs esbuild.mjs; ends the process when it fails.
 * @param {string[]} args Its options.
 */
export function runBuild(args) {
  const { status } = spawnSync(process.execPath, ['esbuild.mjs', ...args], {
    cwd: root,
    stdio: ['inherit', talk.fd, 'inherit'],
  });
  if (status !== 0) fail('The build failed; what it says is above.');
}

/**
 * Prints one sentence and ends the process.
 * @param {string} sentence
 * @returns {never}
 */
export function fail(sentence) {
  console.error(sentence);
  process.exit(1);
}

/**
 * Calls back twice a second from when the process that started this one is gone, or npm, if it ran the script:
 * npm passes no signal on, and when it is killed its shell stays.
 * @param {() => void} callback
 */
export function onOrphaned(callback) {
  const parent = process.ppid;
  const npm = process.env.npm_lifecycle_event && !windows ? parentOf(parent) : null;
  setInterval(() => {
    if (process.ppid !== parent || (npm !== null && isGone(npm))) callback();
  }, 500).unref();
}

/** @returns {number | null} Id of the parent of a process, null when it cannot be told. */
function parentOf(/** @type {number} */ pid) {
  const { stdout } = spawnSync('ps', ['-o', 'ppid=', '-p', String(pid)], { encoding: 'utf8' });
  return Number(stdout) || null;
}

function isGone(/** @type {number} */ pid) {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'ESRCH';
  }
}

/** True when node_modules holds each required package in the version of the lockfile. */
function isInstalled() {
  const installed = readLockfile('node_modules/.package-lock.json');
  const wanted = readLockfile('package-lock.json');
  if (!installed || !wanted) return false;
  return Object.entries(wanted).every(
    // Optional packages are those of other platforms.
    ([name, { version, optional }]) => name === '' || optional || installed[name]?.version === version,
  );
}

/** @returns {Record<string, { version?: string, optional?: boolean }> | null} */
function readLockfile(/** @type {string} */ file) {
  try {
    return JSON.parse(readFileSync(path.join(root, file), 'utf8')).packages;
  } catch {
    return null;
  }
}

function install() {
  talk.write('Installing dependencies …\n');
  // Of the install scripts only that of `node` is needed. It runs in ensurePinnedNode: here it would end npm where no
  // binary is published for this system.
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status, error } = spawnSync('npm', args, {
    cwd: root,
    stdio: ['inherit', talk.fd, 'inherit'],
    shell: windows,
  });
  if (error) fail(`npm could not be started (${error.message}): install Node.js 20 or newer with npm.`);
  if (status !== 0) fail('npm ci failed; what it says is above.');
}

/**
 * Runs the install script of `node`, which gets the binary. Not every version is published for every system: there this
 * process's Node takes its place, if it is of the same major version.
 */
function ensurePinnedNode() {
  if (nodeRuns()) return;
  talk.write('Getting the pinned Node …\n');
  const folder = path.join(root, 'node_modules/node');
  const { stderr } = spawnSync(process.execPath, ['installArchSpecificPackage.js'], {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  if (nodeRuns()) return linkNode();
  const { version = '' } = readLockfile('package-lock.json')?.['node_modules/node'] ?? {};
  const wanted = `Node ${version} for ${process.platform} ${process.arch}`;
  const [major] = version.split('.');
  if (process.versions.node.split('.')[0] === major) {
    takeOwnNode();
    if (nodeRuns()) {
      talk.write(`npm did not get ${wanted}: this one, ${process.versions.node}, takes its place.\n`);
      return linkNode();
    }
  }
  if (stderr) console.error(stderr.trimEnd());
  fail(`npm did not get ${wanted}: try again, or start with a Node.js ${major} of your own.`);
}

/** Makes node_modules/.bin/node, which npm made for no binary: with it npm starts scripts under the pinned Node. */
function linkNode() {
  spawnSync('npm', ['rebuild', 'node', '--ignore-scripts'], { cwd: root, stdio: 'ignore', shell: windows });
}

function takeOwnNode() {
  mkdirSync(path.dirname(pinnedNode), { recursive: true });
  rmSync(pinnedNode, { force: true });
  // Windows makes links for administrators only.
  if (windows) copyFileSync(process.execPath, pinnedNode);
  else symlinkSync(realpathSync(process.execPath), pinnedNode);
}

function nodeRuns() {
  return spawnSync(pinnedNode, ['--version'], { stdio: 'ignore' }).status === 0;
}

function isPinnedNode() {
  return existsSync(pinnedNode) && realpathSync(process.execPath) === realpathSync(pinnedNode);
}

async function reexecute() {
  const child = spawn(pinnedNode, process.argv.slice(1), { stdio: 'inherit' });
  // A terminal sends Ctrl-C to both processes; this one passes on what it alone was sent, and waits.
  process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'));
  for (const signal of /** @type {const} */ (['SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => child.kill(signal));
  }
  onOrphaned(() => child.kill('SIGTERM'));
  const status = await new Promise((resolve) => {
    child.on('error', (error) => fail(`${pinnedNode} could not be started: ${error.message}`));
    child.on('exit', (code) => resolve(code ?? 1));
  });
  process.exit(status);
}

/** Time of the newest file that a bundle is made of, ms since 1970. */
function newestSource() {
  const builders = ['bundles', 'budgets', 'buildTemplate'].map((name) => `scripts/${name}.mjs`);
  const files = ['esbuild.mjs', 'package.json', 'package-lock.json', ...builders];
  for (const folder of ['src', 'supabase']) {
    const entries = readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true });
    for (const entry of entries) if (entry.isFile()) files.push(path.join(entry.parentPath, entry.name));
  }
  const times = files.map(
    (file) => statSync(path.resolve(root, file), { throwIfNoEntry: false })?.mtimeMs ?? 0,
  );
  return Math.max(...times);
}
