import type { RowChange } from '../../shared/changes.ts';
import type { Disposable } from '../../shared/disposable.ts';
import type { Event } from '../../shared/emitter.ts';
import type { Table } from '../../shared/model.ts';
import type { TableMaps } from '../../shared/patch.ts';
import type { RowPlace } from '../../shared/requests.ts';
import type { Problem, SyncState } from '../../shared/status.ts';
import type { SyncCounters } from '../../shared/syncDetails.ts';

/** What the rest of the extension sees of the rows: one consistent state, replaced batch by batch. */
export interface ReplicaView {
  /** Names this life of the replica; a wipe, a reset or another account begins a new one. */
  readonly epoch: string;
  /** Counts the batches applied in this epoch. */
  readonly revision: number;
  readonly tables: TableMaps;
  /** One batch was applied: `changes` led from `revision - 1` to `revision`. */
  readonly onDidChange: Event<ReplicaBatch>;
}

/** A row of which nothing but its name is known. */
export interface NamedRow {
  readonly table: Table;
  readonly id: string;
}

export interface ReplicaBatch {
  readonly epoch: string;
  readonly revision: number;
  readonly changes: readonly RowChange[];
  /** Rows that are not held any more though the database has them, in the form of deletes; none when absent. */
  readonly released?: readonly RowChange[];
  /** Rows that were deleted while they were not held: whoever has looked at older ones wants to know. */
  readonly gone?: readonly NamedRow[];
}

/** How sync stands; all times are ms since 1970 on this machine's clock. */
export interface EngineStatus {
  readonly state: SyncState;
  readonly problem: Problem | null;
  /** Everything committed before it is in the rows. */
  readonly asOf: number | null;
  /** What a pull or a canary has last proven of `asOf`. */
  readonly verifiedAt: number | null;
  /** The rows are those of last time: nothing has been answered yet. */
  readonly cached: boolean;
  /** Server clock minus ours, ms. */
  readonly clockOffset: number;
  /** Last canary's commit to arrival, ms. */
  readonly latency: number | null;
  /** Every event, start and end of a run from then on is in the rows, ISO 8601; null when all are. */
  readonly heldFrom: string | null;
  /** Every run that was created after it is in the rows, besides the unfinished ones; null when all are. */
  readonly runsFrom: RowPlace | null;
  /** Every unfinished run that was created after it is in the rows, ISO 8601; null when all are. */
  readonly activeFrom: string | null;
  /** Every model that was created after it is in the rows, ISO 8601; null when all are. */
  readonly modelsFrom: string | null;
}

/** The face of the engine towards dashboard, status bar and the public functions. */
export interface Sync extends Disposable {
  readonly replica: ReplicaView;
  readonly status: EngineStatus;
  readonly onDidChangeStatus: Event<EngineStatus>;
  /** What was met and spent until now. */
  readonly counters: SyncCounters;
  /** Pulls now and settles when what the database held at the call is in the replica; rejects with `RunglassError`. */
  refresh(): Promise<void>;
  /** Saves the rows for the next start, in bounded time; never rejects. */
  flush(): Promise<void>;
}

/** Time and chance, passed in so that tests own them. */
export interface Clock {
  now(): number;
  setTimeout(callback: () => void, ms: number): Disposable;
}
export type Random = () => number;

/** Who is signed in, as the transport needs it. */
export interface Credentials {
  readonly userId: string;
  readonly accessToken: string;
  /** ms since 1970, host clock. */
  readonly expiresAt: number;
}

/** Owns the session. `get` refreshes a token that is about to expire, in one flight, and rejects with `RunglassError`. */
export interface CredentialSource {
  /** Null when signed out. `force` asks for a new token even if the old one looks valid (the server refused it). */
  get(options?: { readonly force?: boolean }): Promise<Credentials | null>;
  /** Signed in, signed out, another user, or a new token. */
  readonly onDidChange: Event<void>;
}

/** Keeps one text for next time; all functions reject when the disk fails. */
export interface ReplicaCache {
  /** Null when there is none. */
  load(): Promise<string | null>;
  /** Takes the place of what was saved before, whole or not at all. */
  save(text: string): Promise<void>;
  remove(): Promise<void>;
  /** Removes it, and saves nothing any more. */
  wipe(): Promise<void>;
}

/** Who cares for the numbers. Decides what is asked while idle. */
export interface Attention {
  /** Somebody can see them: a focused window or a visible dashboard. */
  readonly watched: boolean;
  /** Somebody who sees nothing waits for runs to end. */
  readonly awaitsRuns: boolean;
  readonly onDidChange: Event<void>;
}

/** Where the engine writes its log; never tokens or rows. Structurally a `vscode.LogOutputChannel`. */
export interface Log {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}
