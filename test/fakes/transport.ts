import type {
  Channel,
  ChannelEvent,
  PingReply,
  PulledChange,
  PullPage,
  PullRequest,
  RowVersion,
  StreamedChange,
  Transport,
  TransportAccount,
} from '../../src/extension/sync/transport.ts';
import type { Rows, Table } from '../../src/shared/model.ts';
import { type Problem, RunglassError } from '../../src/shared/status.ts';
import { tables } from '../../src/shared/tables.ts';
import type { VirtualClock } from './clock.ts';

/** A channel as the test holds it in hand. */
export class FakeChannel implements Channel {
  readonly userId: string;
  readonly #listener: (event: ChannelEvent) => void;
  isOpen = true;
  probes = 0;
  renewals = 0;

  constructor(userId: string, listener: (event: ChannelEvent) => void) {
    this.userId = userId;
    this.#listener = listener;
  }

  /** Like the real one, it may go on talking for a moment after it was let go: the engine must not listen. */
  emit(event: ChannelEvent): void {
    this.#listener(event);
  }

  renewToken(): void {
    this.renewals += 1;
  }

  probe(): void {
    this.probes += 1;
  }

  dispose(): void {
    this.isOpen = false;
  }
}

interface Gate {
  readonly open: () => void;
}

/**
 * A backend in memory, for the engine's unit tests: rows with a seq, tombstones, canary, and a stream that does what
 * the test says. It shares no code with the engine.
 */
export class FakeBackend {
  readonly #clock: VirtualClock;
  readonly #heads = new Map<string, number>();
  readonly #rows = new Map<string, { readonly userId: string; readonly change: RowVersion }>();
  readonly #tombstones: { readonly userId: string; readonly change: PulledChange & { kind: 'tombstone' } }[] =
    [];
  readonly channels: FakeChannel[] = [];
  readonly pulls: (PullRequest & { readonly userId: string })[] = [];
  readonly pings: string[] = [];
  readonly #waiting: Gate[] = [];
  transports = 0;
  disposedTransports = 0;
  tokens: string[] = [];
  epoch = 'e1';
  pageSize = 1_000;
  /** Below it, cursors mean nothing any more. */
  floor = 0;
  /** Commits, but streams nothing: SUBSCRIBED and `system` ok come all the same. */
  deaf = false;
  /** Joins are answered at once and armed. */
  autoArm = true;
  /** Pulls, or snapshots only, wait until `release`. */
  held: boolean | 'snapshots' = false;
  /** Pings wait until `release`. */
  heldPings = false;
  /** The server's clock minus that of the host, ms. */
  skew = 0;
  /** What pulls say that they took; they take no time. */
  roundTrip = 0;
  /** What others do just before a page is made. */
  beforePage: (request: PullRequest) => void = () => {};
  pullProblem: Problem | null = null;
  pingProblem: Problem | null = null;

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  get channel(): FakeChannel {
    const channel = this.channels.at(-1);
    if (!channel) throw new Error('Nobody has joined.');
    return channel;
  }

  get openChannels(): number {
    return this.channels.filter((channel) => channel.isOpen).length;
  }

  readonly open = (account: TransportAccount): Transport => {
    this.transports += 1;
    // supabase-js asks at once, too.
    this.tokens.push(account.accessToken());
    return {
      pull: (request) => this.#pull(account, request),
      ping: (nonce) => this.#ping(account, nonce),
      join: (listener) => this.#join(account, listener),
      dispose: () => {
        this.disposedTransports += 1;
      },
    };
  };

  head(userId: string): number {
    return this.#heads.get(userId) ?? 0;
  }

  /** Writes a project and streams it unless told not to; answers the change. */
  write(userId: string, id: string, name: string, { stream = true }: { stream?: boolean } = {}): RowVersion {
    const at = new Date(this.#now()).toISOString();
    const change = {
      kind: 'row',
      table: 'projects',
      id,
      seq: this.#next(userId),
      row: {
        id,
        user_id: userId,
        created_at: at,
        updated_at: at,
        sync_seq: this.head(userId),
        name,
        description: null,
        status: 'active',
        color: null,
      },
    } as const;
    this.#rows.set(id, { userId, change });
    if (stream) this.stream(userId, change);
    return change;
  }

  /** Deletes a project; answers the tombstone. */
  remove(userId: string, id: string, { stream = true }: { stream?: boolean } = {}): StreamedChange {
    const rowSeq = this.#rows.get(id)?.change.seq ?? 0;
    this.#rows.delete(id);
    const deletedAt = new Date(this.#now()).toISOString();
    const change = {
      kind: 'tombstone',
      table: 'projects',
      id,
      seq: this.#next(userId),
      rowSeq,
      deletedAt,
    } as const;
    this.#tombstones.push({ userId, change });
    if (stream) this.stream(userId, change);
    return change;
  }

  /** Sends a change down the open channels of its user. */
  stream(userId: string, change: StreamedChange): void {
    if (this.deaf) return;
    for (const channel of this.channels)
      if (channel.isOpen && channel.userId === userId) channel.emit({ type: 'change', change });
  }

  /** Another life of the database: everything is gone and seqs start again. */
  restore(epoch: string): void {
    this.epoch = epoch;
    this.#heads.clear();
    this.#rows.clear();
    this.#tombstones.length = 0;
  }

  /** Lets the pulls go that wait. */
  release(): void {
    this.held = this.heldPings = false;
    for (const gate of this.#waiting.splice(0)) gate.open();
  }

  /** Names of a user's projects as the database has them, by id. */
  names(userId: string): Record<string, string> {
    const own = [...this.#rows].filter(([, row]) => row.userId === userId);
    return Object.fromEntries(own.map(([id, { change }]) => [id, (change.row as Rows['projects']).name]));
  }

  #now(): number {
    return this.#clock.now() + this.skew;
  }

  #next(userId: string): number {
    const seq = this.head(userId) + 1;
    this.#heads.set(userId, seq);
    return seq;
  }

  async #pull(account: TransportAccount, request: PullRequest): Promise<PullPage> {
    this.pulls.push({ ...request, userId: account.userId });
    this.tokens.push(account.accessToken());
    account.traffic.http(1, 1, this.pullProblem === null);
    this.beforePage(request);
    // The answer is made before it travels.
    const page = this.#page(account.userId, request);
    const problem = this.pullProblem;
    if (this.held === true || (this.held && request.since === null))
      await new Promise<void>((open) => this.#waiting.push({ open }));
    if (problem) throw new RunglassError(problem);
    return page;
  }

  #page(userId: string, { since, epoch }: PullRequest): PullPage {
    const head = this.head(userId);
    const answer = { head, epoch: this.epoch, cut: [], now: this.#now(), roundTrip: this.roundTrip };
    const stale = since !== null && (epoch !== this.epoch || since > head || since < this.floor);
    if (stale) return { ...answer, changes: [], next: head, reset: true };
    const rows = [...this.#rows.values()].filter((row) => row.userId === userId).map(({ change }) => change);
    if (since === null) return { ...answer, changes: rows, next: head, reset: false };
    const gone = this.#tombstones.filter((one) => one.userId === userId).map(({ change }) => change);
    const after = [...rows, ...gone].filter(({ seq }) => seq > since).sort((a, b) => a.seq - b.seq);
    const changes = after.slice(0, this.pageSize);
    const next = after.length > changes.length ? (changes.at(-1)?.seq ?? head) : head;
    return { ...answer, changes, next, reset: false };
  }

  async #ping(account: TransportAccount, nonce: string): Promise<PingReply> {
    this.pings.push(nonce);
    account.traffic.http(1, 1, this.pingProblem === null);
    const problem = this.pingProblem;
    if (this.heldPings) await new Promise<void>((open) => this.#waiting.push({ open }));
    if (problem) throw new RunglassError(problem);
    const seq = this.#next(account.userId);
    const reply = { seq, now: this.#now() };
    queueMicrotask(() => this.stream(account.userId, { kind: 'canary', seq, nonce }));
    return reply;
  }

  #join(account: TransportAccount, listener: (event: ChannelEvent) => void): Channel {
    const channel = new FakeChannel(account.userId, listener);
    this.channels.push(channel);
    if (this.autoArm)
      queueMicrotask(() => {
        if (!channel.isOpen) return;
        channel.emit({ type: 'joined' });
        channel.emit({ type: 'armed' });
      });
    return channel;
  }
}

/** How many rows of each table there are. */
export function countRows(maps: { readonly [T in Table]: ReadonlyMap<string, unknown> }): number {
  return tables.reduce((sum, table) => sum + maps[table].size, 0);
}
