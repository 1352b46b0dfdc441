import type { Disposable } from '../../shared/disposable.ts';
import type { Rows, Table } from '../../shared/model.ts';
import type { Problem } from '../../shared/status.ts';

/** One row as it is after a change. */
export type RowVersion<T extends Table = Table> = T extends Table
  ? {
      readonly kind: 'row';
      readonly table: T;
      readonly id: string;
      readonly seq: number;
      readonly row: Rows[T];
    }
  : never;

/** The row is gone, or belongs to another user now. */
export interface Tombstone {
  readonly kind: 'tombstone';
  readonly table: Table;
  readonly id: string;
  readonly seq: number;
  /** Seq of the row's last version, which this tombstone accounts for too. */
  readonly rowSeq: number;
  /** Server time of the deletion, ISO 8601. */
  readonly deletedAt: string;
}

/** A row that does not have the shape of its table: it counts as received and is left out. */
export interface UnreadableRow {
  readonly kind: 'unreadable';
  readonly table: Table;
  readonly id: string;
  readonly seq: number;
  readonly detail: string;
}

/** An update without the columns that did not change (unchanged TOAST values); merged into the row held. */
export interface PartialRow {
  readonly kind: 'partial';
  readonly table: Table;
  readonly id: string;
  readonly seq: number;
  readonly record: Readonly<Record<string, unknown>>;
}

/** A ping came back through the stream. */
export interface CanaryEcho {
  readonly kind: 'canary';
  readonly seq: number;
  readonly nonce: string;
}

/** What a page of `sync_pull` tells. */
export type PulledChange = RowVersion | Tombstone | UnreadableRow;
/** What the socket tells. */
export type StreamedChange = PulledChange | PartialRow | CanaryEcho;

/** One page of `sync_pull`, in seq order. */
export interface PullPage {
  readonly changes: readonly PulledChange[];
  /** The user's counter when the page was made. */
  readonly head: number;
  /** The cursor after this page; equals `head` when nothing is left. */
  readonly next: number;
  readonly epoch: string;
  /** The cursor asked for means nothing any more: pull from null. `changes` is empty. */
  readonly reset: boolean;
  /** Tables of which the first snapshot left out rows for its size, those that come last in its order. */
  readonly cut: readonly string[];
  /** Server time, ms since 1970. */
  readonly now: number;
  /** How long the answer took, ms. */
  readonly roundTrip: number;
}

export interface PullRequest {
  /** Null asks for the first snapshot. */
  readonly since: number | null;
  readonly epoch: string | null;
}

export interface PingReply {
  readonly seq: number;
  /** Server time, ms since 1970. */
  readonly now: number;
}

/** What a channel has to say until it is disposed. */
export type ChannelEvent =
  /** The join was accepted; changes need not flow yet. */
  | { readonly type: 'joined' }
  /** The server says that it has subscribed to the database; also after each subscription that it renews. */
  | { readonly type: 'armed' }
  | { readonly type: 'change'; readonly change: StreamedChange }
  /** A change that could not be read at all: pull. */
  | { readonly type: 'damaged'; readonly detail: string }
  /** The join or its bindings were refused. */
  | { readonly type: 'refused'; readonly problem: Problem }
  /** The server closed the channel, or the socket is gone. */
  | { readonly type: 'closed'; readonly problem: Problem }
  /** No answer to a heartbeat; the socket is being closed. */
  | { readonly type: 'silent' }
  | { readonly type: 'pong' };

/** One socket with one joined channel; never joined again once it has failed. */
export interface Channel extends Disposable {
  /** Hands the account's present token to the server. */
  renewToken(): void;
  /** Forces a heartbeat; `pong` or `silent` follows within about 2 s. */
  probe(): void;
}

/** The way to one user's data on one backend. `dispose` aborts what is in flight. */
export interface Transport extends Disposable {
  /** Rejects with `RunglassError`. */
  pull(request: PullRequest): Promise<PullPage>;
  /** Writes the canary row; rejects with `RunglassError`. */
  ping(nonce: string): Promise<PingReply>;
  /** Opens a fresh socket and channel with the token set before the join. Never throws; failures are events. */
  join(listener: (event: ChannelEvent) => void): Channel;
}

/** Hears what the transport costs; bytes of bodies and frames, before compression and without headers. */
export interface Traffic {
  /** One request has ended; `ok` when it was answered with 2xx. */
  http(sent: number, received: number, ok: boolean): void;
  /** Frames of the socket. */
  socket(sent: number, received: number): void;
}

export interface TransportAccount {
  readonly userId: string;
  /** The token to use now; may be renewed between calls. */
  readonly accessToken: () => string;
  readonly traffic: Traffic;
}
export type OpenTransport = (account: TransportAccount) => Transport;
