import type { Uri } from 'vscode';
import type { Disposable } from '../../../shared/disposable.ts';
import type { Clock, Log } from '../../sync/types.ts';
import type { LogSyncEvent } from '../events.ts';

/** What a collector may use. */
export interface CollectorHost {
  readonly log: LogSyncEvent;
  /** What the settings allow to be told of a file's path: nothing, `path_hash` or `path`. */
  readonly pathFacts: (file: Uri) => Readonly<Record<string, string>>;
  /** Whether VS Code keeps its own settings in this file. */
  readonly isSettings: (file: Uri) => boolean;
  readonly clock: Clock;
  /** Where a collector says that it cannot work. */
  readonly output: Log;
}

/** Listens to the editor until disposed; what is held back then is given up. */
export interface Collecting extends Disposable {
  /** Logs what is held back, because the window ends. */
  flush?(): void;
}

/** Reports one kind of event from public VS Code events. */
export type Collector = (host: CollectorHost) => Collecting;
