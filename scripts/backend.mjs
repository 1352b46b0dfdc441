// Runs the embedded backend alone: `npm run backend -- --dir D [--port P] [--json] [--seed] [--idle-exit S]
// [--token-lifetime S] [--migrations DIR]`. Works on a fresh clone. With --json it prints exactly one
// line on stdout, when it is ready.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureBuilt, ensureReady, onOrphaned, root } from './bootstrap.mjs';

// npm runs scripts in the project; a relative folder is meant from where npm was called.
const dir = process.argv.indexOf('--dir') + 1;
if (dir > 0 && process.argv[dir]) {
  process.argv[dir] = path.resolve(process.env.INIT_CWD ?? process.cwd(), process.argv[dir]);
}

if (dir === 0) {
  console.error(
    'Say where the data lives: npm run backend -- --dir <folder> [--port <port>] [--json] [--seed]',
  );
  process.exit(2);
}

const json = process.argv.includes('--json');
if (json && process.env.RUNGLASS_BACKEND_PREPARED !== '1') prepareQuietly();
else await run();

/** Installing and building talk on stdout, which --json keeps for the one line: another process does them first. */
function prepareQuietly() {
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    env: { ...process.env, RUNGLASS_BACKEND_PREPARED: '1' },
    stdio: ['inherit', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.on('data', (chunk) => {
    text += chunk;
    const lines = text.split('\n');
    text = lines.pop() ?? '';
    for (const line of lines) (isReadyLine(line) ? process.stdout : process.stderr).write(`${line}\n`);
  });
  follow(child);
}

async function run() {
  await ensureReady();
  ensureBuilt();
  const child = spawn(process.execPath, [path.join(root, 'dist/backend/main.js'), ...process.argv.slice(2)], {
    stdio: 'inherit',
  });
  follow(child);
}

/** Passes signals on, ends as the child does, and ends it when npm is gone. */
function follow(child) {
  onOrphaned(() => child.kill('SIGTERM'));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code) => {
    process.exitCode = code ?? 1;
  });
}

function isReadyLine(line) {
  return line.startsWith('{"url":');
}
