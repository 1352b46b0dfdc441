import type { Policy } from '../../../../src/extension/activity/control/policy.ts';
import { createUuidV7 } from '../../../../src/extension/activity/events.ts';
import type { BoxOptions } from '../../../../src/extension/activity/outbox/accountBox.ts';
import type { JournalFolder, Windows } from '../../../../src/extension/activity/outbox/folder.ts';
import { Journal, type JournalOptions } from '../../../../src/extension/activity/outbox/journal.ts';
import { parseJournalName } from '../../../../src/extension/activity/outbox/records.ts';
import { EventStore } from '../../../../src/extension/activity/outbox/store.ts';
import { eventKinds } from '../../../../src/shared/activity.ts';
import type { OutgoingEvent } from '../../../../src/shared/model.ts';
import { type Problem, RunglassError } from '../../../../src/shared/status.ts';
import { LineLog, ManualClock, settle } from '../support/doubles.ts';

export const account = { backend: 'https://abcd.example.co', user: 'user-1' };
/** Every kind is reported. */
export const everything: Policy = { reporting: 'on', kinds: new Set(eventKinds) };
export const flushAfter = 30_000;

/** Files of all windows, on a disk that can be told to fail. */
export class MemoryFolder implements JournalFolder {
  readonly files = new Map<string, { text: string; modifiedAt: number }>();
  readonly #clock: ManualClock;
  /** Says of each write, counted from 1, how much of it reaches the disk before it fails; null for all of it. */
  failure: (write: number, text: string) => number | null = () => null;
  writes = 0;
  /** How long a write takes, ms. */
  takes = 0;

  constructor(clock: ManualClock) {
    this.#clock = clock;
  }

  async list() {
    await null;
    return [...this.files].map(([name, { modifiedAt }]) => ({ name, modifiedAt }));
  }

  async read(name: string) {
    await null;
    return this.files.get(name)?.text ?? null;
  }

  async append(name: string, text: string) {
    await null;
    const file = this.files.get(name);
    if (!file) return false;
    await this.#write();
    const reached = this.#reached(text);
    this.put(name, file.text + text.slice(0, reached ?? text.length));
    if (reached !== null) throw new Error('ENOSPC: no space left on device');
    return true;
  }

  async replace(name: string, text: string) {
    await this.#write();
    if (this.#reached(text) !== null) throw new Error('ENOSPC: no space left on device');
    this.put(name, text);
  }

  async rename(from: string, to: string) {
    await null;
    const file = this.files.get(from);
    if (!file) return false;
    this.files.delete(from);
    this.files.set(to, file);
    return true;
  }

  async remove(name: string) {
    await null;
    this.files.delete(name);
  }

  put(name: string, text: string): void {
    this.files.set(name, { text, modifiedAt: this.#clock.now() });
  }

  /** Names of the journals. */
  get journals(): string[] {
    return [...this.files.keys()].filter((name) => parseJournalName(name));
  }

  async #write(): Promise<void> {
    await null;
    if (this.takes > 0) await new Promise<void>((resolve) => this.#clock.setTimeout(resolve, this.takes));
  }

  #reached(text: string): number | null {
    this.writes += 1;
    return this.failure(this.writes, text);
  }
}

/** A server that remembers ids, and can be told to fail. */
export class EventServer {
  readonly batches: string[][] = [];
  readonly ids = new Set<string>();
  /** How often an event was written that was there already, which the server must tell from a new one. */
  repeats = 0;
  failure: RunglassError | null = null;
  /** Writes the events, then loses the acknowledgement. */
  losesAnswers = false;
  /** Event types that it refuses. */
  readonly poison = new Set<string>();
  mostConcurrent = 0;
  #concurrent = 0;

  readonly send = async (events: readonly OutgoingEvent[]) => {
    this.#concurrent += 1;
    this.mostConcurrent = Math.max(this.mostConcurrent, this.#concurrent);
    await settle();
    this.#concurrent -= 1;
    this.batches.push(events.map(({ id }) => id));
    if (this.failure) throw this.failure;
    if (events.some(({ event_type }) => this.poison.has(event_type))) throw failure(400, 'invalid event');
    for (const { id } of events) {
      if (this.ids.has(id)) this.repeats += 1;
      this.ids.add(id);
    }
    if (this.losesAnswers) throw new RunglassError({ reason: 'timeout', detail: 'no answer' });
    return { accepted: events.length, duplicates: 0 };
  };
}

export function failure(status: number, detail: string, retryAfter?: number): RunglassError {
  const problem: Problem = { reason: 'server', status, detail };
  return new RunglassError(problem, undefined, retryAfter);
}

export function event(id: string, at = 1_700_000_000_000): OutgoingEvent {
  return {
    ...{ id, event_type: id, occurred_at: new Date(at).toISOString(), session_id: 's', editor: 'e' },
    ...{ project_id: null, run_id: null, payload: { text: 'ä€😀' } },
  };
}

export const ids = (events: readonly OutgoingEvent[]) => events.map(({ id }) => id);

/** A machine with its windows, which can die. */
export class Machine {
  readonly clock = new ManualClock();
  readonly folder = new MemoryFolder(this.clock);
  readonly log = new LineLog();
  readonly server = new EventServer();
  readonly alive = new Set<string>();
  readonly #dead = new Set<string>();
  /** How long a window takes to make itself known, ms. */
  announcing = 0;
  /** How often a window said that something changed. */
  changes = 0;
  readonly newId = createUuidV7(this.clock.now);
  #serials = 0;

  options(window: string): BoxOptions {
    const windows: Windows = {
      announce: async () => {
        if (this.announcing > 0)
          await new Promise<void>((resolve) => this.clock.setTimeout(resolve, this.announcing));
        if (this.#dead.has(window)) return;
        this.alive.add(window);
        this.folder.put(`${window}.window`, '');
      },
      isAlive: async (other) => this.alive.has(other),
      leave: async () => {
        this.alive.delete(window);
        this.folder.files.delete(`${window}.window`);
      },
    };
    const { clock, log } = this;
    const folder = this.#folderOf(window);
    const onChange = () => {
      this.changes += 1;
    };
    const newSerial = () => String(++this.#serials);
    return { clock, folder, log, windows, window, newSerial, random: () => 0.5, onChange };
  }

  /** What the window still does has no effect, and is never answered. */
  kill(window: string): void {
    this.alive.delete(window);
    this.#dead.add(window);
  }

  /** Runs before each access of a window to the folder. */
  onAccess: (window: string) => void = () => {};

  #folderOf(window: string): JournalFolder {
    const access = async <T>(task: () => Promise<T>): Promise<T> => {
      this.onAccess(window);
      return await (this.#dead.has(window) ? new Promise<never>(() => {}) : task());
    };
    const { folder } = this;
    return {
      list: () => access(() => folder.list()),
      read: (name) => access(() => folder.read(name)),
      append: (name, text) => access(() => folder.append(name, text)),
      replace: (name, text) => access(() => folder.replace(name, text)),
      rename: (from, to) => access(() => folder.rename(from, to)),
      remove: (name) => access(() => folder.remove(name)),
    };
  }

  store(window: string): EventStore {
    return new EventStore({ ...this.options(window), keyOf: ({ user }) => user.replaceAll('-', '') });
  }

  journal(name = 'w1.1.user1.v1.jsonl', heard: Partial<JournalOptions> = {}): Journal {
    const { clock, folder, log } = this;
    const ignore = () => {};
    return new Journal({
      ...{ clock, folder, log, account, name, onSendable: ignore, onChange: ignore },
      announce: async () => {},
      ...heard,
    });
  }
}
