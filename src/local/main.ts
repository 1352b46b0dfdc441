import path from 'node:path';
import { parseArgs } from 'node:util';
import { assetFolder, Backend, type Ending } from './backend.ts';
import { BackendFailure, exitCodes } from './failure.ts';

/**
 * The embedded backend's own process.
 *
 *   main.js --dir D [--port P] [--json] [--seed] [--idle-exit SECONDS] [--token-lifetime SECONDS]
 *           [--migrations DIR]… [--take-over]
 *
 * Prints one line when it is ready, on stdout; what goes wrong is one sentence on stderr and an exit code of
 * `exitCodes`. SIGTERM and SIGINT stop it cleanly.
 */
async function main(): Promise<void> {
  const options = readOptions();
  if (options.template !== undefined) {
    const { makeTemplate } = await import('./template.ts');
    return makeTemplate(options.dir, options.template, path.join(assetFolder, 'migrations'));
  }
  const print = process.stdout.write.bind(process.stdout);
  // The window that started us reads our output only until we are ready.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  let stopping = false;
  const stop = (code: number, replacedBy: string | null = null) => {
    if (stopping) return;
    stopping = true;
    if (replacedBy !== null) say(`Version ${replacedBy} of Runglass has taken the data folder over.`);
    void backend.stop(replacedBy).finally(() => process.exit(code));
  };
  const end = (ending: Ending) => {
    if (ending.kind === 'idle') stop(0);
    else if (ending.kind === 'replaced') stop(0, ending.by);
    else {
      say(ending.failure.message);
      process.exit(exitCodes[ending.failure.reason]);
    }
  };
  const backend = await Backend.start(options, end);
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => stop(0));
  process.on('uncaughtException', (error) => {
    backend.log.write('uncaught', error);
    stop(exitCodes.failed);
  });
  process.on('unhandledRejection', (error) => backend.log.write('unhandled', error));
  const { url, publishableKey, secretKey, user } = backend.file;
  if (options.json) print(`${JSON.stringify({ url, publishableKey, secretKey, user })}\n`);
  else print(`${welcome(url, publishableKey, secretKey, user, options.dir)}\n`);
}

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        dir: { type: 'string' },
        port: { type: 'string', default: '0' },
        json: { type: 'boolean', default: false },
        seed: { type: 'boolean', default: false },
        'idle-exit': { type: 'string' },
        'token-lifetime': { type: 'string', default: '3600' },
        migrations: { type: 'string', multiple: true, default: [] },
        'take-over': { type: 'boolean', default: false },
        template: { type: 'string' },
      },
    });
    const port = Number(values.port);
    const idleExit = values['idle-exit'] === undefined ? null : Number(values['idle-exit']);
    const tokenLifetime = Number(values['token-lifetime']);
    if (!values.dir) throw new Error('--dir says where the data lives and is required');
    if (!Number.isInteger(port) || port < 0 || port > 65535)
      throw new Error('--port is a number up to 65535');
    if (idleExit !== null && !(idleExit >= 0)) throw new Error('--idle-exit is a number of seconds');
    if (!Number.isInteger(tokenLifetime) || tokenLifetime < 1)
      throw new Error('--token-lifetime is a whole number of seconds, at least 1');
    return { ...values, dir: values.dir, port, idleExit, tokenLifetime, takeOver: values['take-over'] };
  } catch (error) {
    throw new BackendFailure('usage', `${error instanceof Error ? error.message : error}.`, error);
  }
}

function say(sentence: string): void {
  process.stderr.write(`${sentence}\n`);
}

function welcome(
  url: string,
  publishableKey: string,
  secretKey: string,
  user: { readonly email: string; readonly password: string },
  folder: string,
): string {
  return [
    `Runglass backend on ${url}`,
    `  publishable key  ${publishableKey}`,
    `  secret key       ${secretKey}`,
    `  sign in          ${user.email}  ${user.password}`,
    `  data folder      ${folder}`,
    'Press Ctrl-C to stop it.',
  ].join('\n');
}

main().catch((error: unknown) => {
  const failure = error instanceof BackendFailure ? error : null;
  const message = error instanceof Error ? error.message : String(error);
  say(failure ? message : `The backend could not be started: ${message}`);
  process.exit(exitCodes[failure?.reason ?? 'failed']);
});
