// Runs as an extension beside ours in the extension host: answers over HTTP what it sees there. It is activated before ours.
import { renameSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import { registerHooks } from 'node:module';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { json } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import * as vscode from 'vscode';
import { profile, timeWithin } from './profile.ts';
import { readTimes, type Times } from './times.ts';

/** What the benchmark asks of it. */
export type Question =
  /** Answers `Times` by id of the extension, those of VS Code's own page "Startup Performance". */
  | { readonly type: 'activationTimes' }
  /** Answers the files of our extension that were loaded so far, in order (`Loaded[]`); only where it traces. */
  | { readonly type: 'loaded' }
  /** Answers `Usage` of so many ms from now on. */
  | { readonly type: 'usage'; readonly ms: number }
  /** Answers how much CPU time `activate()` of our extension took, ms. */
  | { readonly type: 'activateCpu' }
  /** Answers once the command has ended. */
  | { readonly type: 'command'; readonly id: string; readonly args?: readonly unknown[] };

export interface Loaded {
  /** Relative to the extension's folder. */
  readonly file: string;
  readonly bytes: number;
}

export interface Usage {
  /** Time in which code of our extension ran, or what it called, ms. */
  readonly ours: number;
  /** Timers of our extension that fired; 0 where it does not trace. */
  readonly timers: number;
}

const ours = '/runglass.runglass-';
const loaded: Loaded[] = [];
let timers = 0;

declare global {
  /** CPU time of the thread in `activate()` of our extension, µs. */
  var runglassBenchActivate: { readonly user: number; readonly system: number } | undefined;
}

/** Where its port is noted, in a file with the name of the window's folder. */
const folder = process.env.RUNGLASS_BENCH_FOLDER ?? '';
const isTracing = process.env.RUNGLASS_BENCH_TRACE === '1';

export function activate(context: vscode.ExtensionContext): void {
  if (isTracing) {
    traceModules();
    traceTimers();
  }
  const server = createServer((request, response) => {
    answer(request).then(
      (value) => response.end(JSON.stringify(value ?? null)),
      (error: unknown) => response.writeHead(500).end(error instanceof Error ? error.stack : String(error)),
    );
  });
  server.listen(0, '127.0.0.1', () => {
    const name = path.basename(vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? 'none');
    const file = path.join(folder, name);
    writeFileSync(`${file}.new`, String((server.address() as AddressInfo).port));
    renameSync(`${file}.new`, file);
  });
  context.subscriptions.push({ dispose: () => server.close() });
}

async function answer(request: IncomingMessage): Promise<unknown> {
  const question = (await json(request)) as Question;
  switch (question.type) {
    case 'activationTimes':
      return activationTimes();
    case 'loaded':
      return loaded;
    case 'usage':
      return usage(question.ms);
    case 'activateCpu': {
      const { user, system } = globalThis.runglassBenchActivate ?? { user: Number.NaN, system: Number.NaN };
      return (user + system) / 1_000;
    }
    case 'command':
      await vscode.commands.executeCommand(question.id, ...(question.args ?? []));
      return null;
    default:
      return question satisfies never;
  }
}

async function usage(ms: number): Promise<Usage> {
  const before = timers;
  const profiled = await profile(ms);
  return { ours: timeWithin(profiled, ours), timers: timers - before };
}

/** VS Code shows them in a document, and nowhere else that an extension may read. */
async function activationTimes(): Promise<Readonly<Record<string, Times>>> {
  await vscode.commands.executeCommand('perfview.show');
  for (;;) {
    const text = vscode.workspace.textDocuments.find(({ uri }) => uri.scheme === 'perf')?.getText() ?? '';
    const times = readTimes(text);
    if (Object.keys(times).length > 0) {
      await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
      return times;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function traceModules(): void {
  registerHooks({
    load(url, context, nextLoad) {
      const at = url.indexOf(ours);
      if (at >= 0) {
        const file = fileURLToPath(url.split('?')[0] ?? url);
        const inside = url.slice(url.indexOf('/', at + 1) + 1).split('?')[0] ?? '';
        // The module that measures `activate()` is the benchmark's.
        if (inside.startsWith('dist/')) loaded.push({ file: inside, bytes: statSync(file).size });
      }
      return nextLoad(url, context);
    },
  });
}

/** Counts what fires of timers that code of our extension sets, its packages among it. */
function traceTimers(): void {
  for (const name of ['setTimeout', 'setInterval'] as const) {
    const original = globalThis[name] as (...args: unknown[]) => unknown;
    const counted = (callback: (...args: unknown[]) => void, ms?: number, ...args: unknown[]) => {
      if (!new Error().stack?.split('\n')[2]?.includes(ours)) return original(callback, ms, ...args);
      const call = (...given: unknown[]) => {
        timers += 1;
        callback(...given);
      };
      return original(call, ms, ...args);
    };
    Object.defineProperties(counted, Object.getOwnPropertyDescriptors(original));
    Object.defineProperty(globalThis, name, { value: counted, configurable: true, writable: true });
  }
}
