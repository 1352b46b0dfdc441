import * as vscode from 'vscode';
import type { EventKind } from '../../../shared/activity.ts';
import type { Collecting, Collector, CollectorHost } from './collector.ts';
import { collectDebugSessions } from './debugSessions.ts';
import { collectFileOperations } from './fileOperations.ts';
import { collectSaves } from './fileSaves.ts';
import { collectGit } from './git.ts';
import { Languages } from './languages.ts';
import { collectNotebooks } from './notebooks.ts';
import { collectTasks, collectTests } from './tasks.ts';
import { collectTerminals } from './terminals.ts';
import { createWindowCollector } from './window.ts';
import { collectWindowFocus } from './windowFocus.ts';
import { collectWorkspaceFolders } from './workspaceFolders.ts';

/** Every collector by the kind of its events; the end of the window is told after all that was held back. */
const createCollectors = (languages: Languages): readonly (readonly [EventKind, Collector])[] => [
  ['window', createWindowCollector()],
  ['window', collectWindowFocus],
  ['workspace', collectWorkspaceFolders],
  ['file', (host) => collectSaves(host, languages)],
  ['file', (host) => collectFileOperations(host, languages)],
  ['task', collectTasks],
  ['test', collectTests],
  ['debug', collectDebugSessions],
  ['terminal', collectTerminals],
  ['git', collectGit],
  ['notebook', collectNotebooks],
];

/** The collectors of a window, of which those run whose kind is listened to. */
export class Collectors implements Collecting {
  readonly #host: CollectorHost;
  readonly #languages = new Languages(vscode.extensions);
  readonly #all = createCollectors(this.#languages);
  readonly #running = new Map<Collector, Collecting>();

  constructor(host: CollectorHost) {
    this.#host = host;
  }

  /** Starts and stops collectors; those whose kind stays go on undisturbed. */
  listen(kinds: ReadonlySet<EventKind>): void {
    for (const [kind, collect] of this.#all) {
      const running = this.#running.get(collect);
      if (kinds.has(kind) === (running !== undefined)) continue;
      running?.dispose();
      if (running) this.#running.delete(collect);
      else this.#running.set(collect, collect(this.#host));
    }
  }

  flush(): void {
    for (const [, collect] of this.#all.toReversed()) this.#running.get(collect)?.flush?.();
  }

  dispose(): void {
    this.listen(new Set());
    this.#languages.dispose();
  }
}
