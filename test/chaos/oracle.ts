import type { Engine } from '../../src/extension/sync/engine.ts';
import type { EngineStatus, ReplicaBatch } from '../../src/extension/sync/types.ts';
import type { History, Version } from './history.ts';
import type { Link } from './link.ts';
import { Mirror } from './mirror.ts';
import type { AnyRow } from './rows.ts';
import { begin } from './timeline.ts';
import type { Frame } from './transaction.ts';
import { httpFaults } from './weather.ts';
import type { World } from './world.ts';

/** A change that only HTTP can bring is there within a head check and its request, ms. */
const staleBound = 60_000;
/** A gap is pulled after 500 ms; when there are many, at a fixed pace of 2 s, and of 30 s while nobody looks. */
const gapBound = { watched: 2_500, unwatched: 30_500 };
/** There and back in calm weather, ms. */
const requestTime = 400;
/** Longer than a request that was sent in bad weather may still be under way. */
const requestTail = 11_000;
/** Sleep is noticed so soon after waking, ms. */
const wakeBound = 7_000;
/** A clock that was set is noticed so soon, ms. */
const jumpBound = 2_500;
/** Between a change that is taken and the batch that shows it, ms. */
const batchTail = 60;
/** So many rows may be held that the first snapshot would not answer. */
const slack = 700;

/** Watches one engine from outside and knows the truth: what the database held at each moment. */
export class Oracle {
  readonly #world: World;
  readonly #engine: Engine;
  readonly #history: History;
  readonly #mirror: Mirror;
  readonly #missed = new Map<string, Version>();
  readonly #arrivals: { readonly seq: number; readonly at: number }[] = [];
  #link: Link | null = null;
  #shown: string | null | undefined;
  #provenAt = Number.NEGATIVE_INFINITY;
  #claim: { readonly asOf: number; readonly world: number } | null = null;
  #jumpedAt = Number.NEGATIVE_INFINITY;
  #claimBrokenAt: number | null = null;
  #seenRevision = '';
  #disturbedAt = 0;
  /** The longest that a change was missing while nothing was wrong with HTTP, ms. */
  worstStaleness = 0;

  constructor(world: World, engine: Engine, history: History) {
    this.#world = world;
    this.#engine = engine;
    this.#history = history;
    this.#mirror = new Mirror(engine.replica);
    engine.replica.onDidChange((batch) => this.#hearBatch(batch));
    engine.onDidChangeStatus((status) => this.#hearStatus(status));
  }

  /** Something happened that only a new beginning mends: bounds count from now. */
  disturb(): void {
    this.#disturbedAt = this.#world.timeline.now;
  }

  /** The host's clock was set: earlier times mean something else now. */
  forgetClaim(): void {
    this.#claim = null;
    this.#jumpedAt = this.#world.timeline.now;
  }

  hearFact(userId: string, key: string): void {
    if (userId !== this.#shown) return;
    this.#weigh(key);
    for (const other of this.#world.database.outside(userId)) if (this.#missed.has(other)) this.#weigh(other);
  }

  hearDelivery({ change }: Frame, link: Link): void {
    const { timeline, backend } = this.#world;
    if (link !== this.#link) this.#arrivals.length = 0;
    if (link !== this.#link) this.#provenAt = Number.NEGATIVE_INFINITY;
    this.#link = link;
    this.#arrivals.push({ seq: change.seq, at: timeline.now });
    if (change.kind === 'canary' && backend.hasSent(change.nonce)) this.#provenAt = timeline.now;
  }

  /** Everything that must hold at every moment. */
  check(): void {
    this.#compareReplica();
    for (const row of this.#mirror.rows.values()) this.#checkOwner(row);
    this.#checkPromises();
  }

  #checkPromises(): void {
    this.follow();
    this.#checkClaim();
    this.#checkStaleness();
    this.#checkGaps();
  }

  /** The end: nothing was wrong for long enough. */
  checkEnd(): void {
    this.check();
    const [first] = this.#missed;
    if (first) this.#broken('converge', `${first[0]} is not as it is since ${seconds(first[1].at)}`);
  }

  /** Every row that the first snapshot would answer is held, and not many more. */
  checkWindows(): void {
    if (!this.#shown) return;
    const { rows } = this.#mirror;
    const outside = this.#world.database.outside(this.#shown);
    const required = this.#history.keys(this.#shown).filter((key) => !outside.has(key));
    for (const key of required)
      if (!rows.has(key)) this.#broken('converge', `${key} is in the first snapshot and not held`);
    const more = rows.size - required.length;
    if (more > slack)
      this.#broken('converge', `${more} rows are held that the first snapshot would not answer`);
  }

  checkLive(): void {
    const { state, problem } = this.#engine.status;
    if (state !== 'live') this.#broken('live in the end', `${state} ${problem ? problem.detail : ''}`);
  }

  /** The first change that is missing; null when there is none. */
  get oldestMissed(): Version | null {
    let oldest: Version | null = null;
    for (const version of this.#missed.values()) if (!oldest || version.at < oldest.at) oldest = version;
    return oldest;
  }

  #hearBatch(batch: ReplicaBatch): void {
    const { trace } = this.#world;
    trace.add(
      () => `batch ${batch.revision}: ${batch.changes.map((c) => `${c.eventType} ${c.table} ${c.seq}`)}`,
    );
    const keys = this.#mirror.take(batch);
    if ('wrong' in keys) {
      this.#broken('batches', keys.wrong);
      return;
    }
    if (this.#shown) for (const key of keys) this.#weigh(key);
    for (const { new: row } of batch.changes) if (row) this.#checkOwner(row);
    this.#checkPromises();
  }

  #hearStatus(status: EngineStatus): void {
    this.#world.trace.add(
      () => `status ${status.state}${status.problem ? ` (${status.problem.reason})` : ''}`,
    );
    if (status.state === 'live') this.#checkProof();
    this.#checkPromises();
  }

  #compareReplica(): void {
    const { epoch, revision } = this.#engine.replica;
    const seen = `${epoch} ${revision}`;
    if (seen === this.#seenRevision) return;
    this.#seenRevision = seen;
    const difference = this.#mirror.compare(this.#engine.replica);
    if (difference) this.#broken('batches', difference);
  }

  #checkOwner({ id, user_id: owner }: AnyRow): void {
    const { told } = this.#world.accounts;
    if (told !== undefined && owner !== told)
      this.#broken('foreign row', `${id} of user ${owner.at(-1)}, signed in is ${told?.at(-1) ?? 'nobody'}`);
  }

  /** Weighs everything anew when another user is the one to show. */
  follow(): void {
    const { told } = this.#world.accounts;
    if (told === this.#shown) return;
    this.#shown = told;
    this.#missed.clear();
    this.#arrivals.length = 0;
    if (told) for (const key of this.#history.keys(told)) this.#weigh(key);
  }

  #weigh(key: string): void {
    if (!this.#shown) return;
    const held = this.#mirror.rows.get(key);
    // What the user before held is no version of this one's.
    const own = held?.user_id === this.#shown ? held : undefined;
    const missed = this.#history.missed(this.#shown, key, own);
    if (missed === 'never') {
      // Versions of two histories may have been put together.
      if (!this.#isExcusable()) this.#broken('invented row', key);
      this.#missed.set(key, { at: this.#history.breakAt, seq: 0, row: null });
    } else if (missed && !this.#isExcused(key, missed)) this.#missed.set(key, missed);
    else this.#missed.delete(key);
  }

  #isExcused(key: string, missed: Version): boolean {
    if (this.#mirror.rows.has(key)) return false;
    if (this.#shown && this.#world.database.outside(this.#shown).has(key))
      this.#history.outside.set(key, missed);
    return this.#history.outside.get(key) === missed;
  }

  #checkClaim(): void {
    const { asOf } = this.#engine.status;
    if (asOf === null) this.#claim = null;
    else if (asOf !== this.#claim?.asOf)
      this.#claim = { asOf, world: asOf - begin - this.#world.timeline.jumped };
    const oldest = this.oldestMissed;
    if (!this.#claim || !oldest || oldest.at >= this.#claim.world || this.#isExcusable()) {
      this.#claimBrokenAt = null;
      return;
    }
    const { timeline } = this.#world;
    this.#claimBrokenAt ??= timeline.now;
    if (timeline.now <= this.#claimBrokenAt + batchTail) return;
    const { world } = this.#claim;
    this.#broken(
      'asOf',
      `${seconds(world)} is claimed, change ${oldest.seq} of ${seconds(oldest.at)} is missing`,
    );
  }

  /** Nobody can know yet that numbers, or times, have lost their meaning. */
  #isExcusable(): boolean {
    const { timeline, backend } = this.#world;
    if (timeline.now < this.#jumpedAt + jumpBound) return true;
    const { breakAt } = this.#history;
    if (breakAt === Number.NEGATIVE_INFINITY) return false;
    // Saved rows may be of before anybody noticed.
    if (this.#engine.status.cached) return true;
    return backend.snapshotAt < breakAt || timeline.now < backend.snapshotAt + requestTail;
  }

  #checkProof(): void {
    const { timeline } = this.#world;
    const isOpen = this.#isLinked;
    const isNoticed = timeline.now > timeline.noticedWakeAt + wakeBound;
    const sinceWake = !isNoticed || this.#provenAt >= timeline.noticedWakeAt;
    if (!isOpen || this.#provenAt === Number.NEGATIVE_INFINITY || !sinceWake)
      this.#broken('live on faith', isOpen ? 'no canary came back over this channel' : 'no channel is open');
  }

  /** The channel that was heard last is still there. */
  get #isLinked(): boolean {
    return this.#link?.isOpen ?? false;
  }

  #checkStaleness(): void {
    const { timeline, attention } = this.#world;
    const oldest = this.oldestMissed;
    if (!oldest || !attention.watched || timeline.isAsleep) return;
    const since = timeline.now - Math.max(oldest.at, this.#calmSince());
    this.worstStaleness = Math.max(this.worstStaleness, since);
    if (since > staleBound + this.#pullTime())
      this.#broken('stale', `a change of ${seconds(oldest.at)} is missing for ${seconds(since)} of calm`);
  }

  #checkGaps(): void {
    const { timeline, attention } = this.#world;
    // Without a stream nothing is asked while nobody looks; the rule about staleness holds for those who do.
    if (timeline.isAsleep || !this.#isLinked || this.#isExcusable()) return;
    // A pull that has not come to its end goes on page by page.
    const calm = Math.max(this.#calmSince(), this.#world.backend.partialAt);
    const pullTime = this.#pullTime();
    for (const [key, version] of this.#missed) {
      const later = this.#arrivals.find(({ seq, at }) => seq > version.seq && at >= version.at);
      const bound = gapBound[attention.watched ? 'watched' : 'unwatched'] + pullTime;
      if (later && timeline.now - Math.max(later.at, calm) > bound)
        this.#broken('gap', `${key}, change ${version.seq}: ${later.seq} came at ${seconds(later.at)}`);
    }
  }

  /** How long a pull of everything that is missing takes, behind one that is under way. */
  #pullTime(): number {
    const { database, settings } = this.#world;
    const head = this.#shown ? database.head(this.#shown) : 0;
    let first = head;
    for (const { seq } of this.#missed.values()) first = Math.min(first, seq);
    return requestTime * (4 + 2 * Math.ceil((head - first) / settings.pageSize));
  }

  /** Since when requests are answered soon and nobody has pulled the rug. */
  #calmSince(): number {
    const { weather, timeline, accounts } = this.#world;
    const weatherEnd = weather.lastEnd(httpFaults);
    const tail = weatherEnd > 0 ? weatherEnd + requestTail : 0;
    return Math.max(tail, timeline.wakesAt, accounts.toldAt, this.#disturbedAt);
  }

  #broken(rule: Parameters<World['findings']['add']>[0], detail: string): void {
    this.#world.findings.add(rule, detail);
  }
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(3)} s`;
}
