import type { Disposable } from '../../shared/disposable.ts';
import type { Transport, TransportAccount } from '../sync/transport.ts';

/** Why nothing came back, or nothing that could be used. */
export type Unreached =
  | { readonly kind: 'badUrl' }
  | { readonly kind: 'dns' | 'refused' | 'tls' | 'timeout' | 'cut' | 'noNetwork'; readonly detail: string }
  /** A proxy on the way refuses with `status`, or cannot be reached itself. */
  | { readonly kind: 'proxy'; readonly status: number | null; readonly detail: string }
  /** A page for people, as of a captive portal; or another place to go to. */
  | { readonly kind: 'page' | 'redirect'; readonly status: number; readonly detail: string }
  /** An answer, but none that Supabase gives. */
  | { readonly kind: 'stranger'; readonly status: number }
  /** The gateway answers, what is behind it does not. */
  | { readonly kind: 'down'; readonly status: number };

export type Reached = { readonly kind: 'reached'; readonly serverTime: number | null } | Unreached;

/** What the API says to a request: its status and code, and null in `code` for a yes. */
export interface Reply {
  readonly status: number;
  readonly code: string | null;
  readonly message: string;
}

/** What `sync_doctor` answers. */
export interface Diagnosis {
  readonly schemaVersion: number | null;
  readonly postgres: string;
  /** Server clock minus host clock, ms. */
  readonly clockOffset: number;
  /** The transaction that has been writing for longest, while one is. */
  readonly oldestWriter: string | null;
  readonly findings: readonly DatabaseFinding[];
}

export interface DatabaseFinding {
  /** See docs/DATABASE.md. */
  readonly code: string;
  readonly table: string | null;
  /** Of a column, trigger, function and so on; a count for `bad_seq`. */
  readonly name: string | null;
  /** In English, for codes that this version does not know. */
  readonly detail: string;
  readonly fix: string | null;
}

/** Asks a backend what the Doctor wants to know; what is in flight ends with `dispose`. */
export interface Probe extends Disposable {
  /** Without a key. Never rejects. */
  reach(): Promise<Reached>;
  /** Whether the key is taken; rejects with `RunglassError` when nothing comes back, as all below. */
  askKey(): Promise<Reply>;
  /** Whether the server knows the session. */
  askSession(token: string): Promise<Reply>;
  /** Reads these columns of one row, and tells nothing of it; null asks as nobody. */
  read(token: string | null, table: string, columns: readonly string[]): Promise<Reply>;
  /** Calls a function of the database as nobody, whom ours refuse. */
  call(name: string, args: Readonly<Record<string, null>>): Promise<Reply>;
  diagnose(token: string): Promise<Diagnosis | Reply>;
  /** Whether a WebSocket opens: a problem with HTTP's status when it was refused. Never rejects. */
  openSocket(): Promise<Reached>;
  openTransport(account: Pick<TransportAccount, 'userId' | 'accessToken'>): Transport;
}
