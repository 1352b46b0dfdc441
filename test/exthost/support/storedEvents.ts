import assert from 'node:assert/strict';
import type { EventType } from '../../../src/shared/activity.ts';
import { activated, eventually } from './extension.ts';
import { connect, openStack, type Stack } from './stack.ts';

export interface StoredEvent {
  readonly id: string;
  readonly event_type: string;
  readonly session_id: string;
  readonly project_id: string | null;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly sync_seq: number;
}

/** Events reach a backend in batches of 30 s; the rest is for a busy machine, ms. */
export const patience = 90_000;

/** The events of the signed-in user as the database holds them, from the moment of `mark` on. */
export class StoredEvents {
  readonly stack: Stack;
  #from = 0;

  private constructor(stack: Stack) {
    this.stack = stack;
  }

  /** Signs the extension in to the tests' stack. */
  static async open(): Promise<StoredEvents> {
    await activated();
    const stack = await openStack();
    await connect(stack);
    return new StoredEvents(stack);
  }

  /** Leaves out what is stored by now. */
  async mark(): Promise<void> {
    const all = await this.#read(0);
    this.#from = all.at(-1)?.sync_seq ?? 0;
  }

  async of(...types: readonly EventType[]): Promise<readonly StoredEvent[]> {
    const events = await this.#read(this.#from);
    return events.filter(({ event_type }) => types.some((type) => type === event_type));
  }

  /** Waits for `count` events of these types, and answers them in order. */
  async arrive(count: number, ...types: readonly EventType[]): Promise<readonly StoredEvent[]> {
    return await eventually(
      `${count} events ${types.join(', ')}`,
      async () => {
        const events = await this.of(...types);
        return events.length >= count ? events : null;
      },
      patience,
    );
  }

  /** Waits for the only event of a type. */
  async arrives(type: EventType): Promise<StoredEvent> {
    const [event, ...others] = await this.arrive(1, type);
    assert.deepEqual(others, []);
    assert.ok(event);
    return event;
  }

  /** Asserts that nothing that was stored since the mark holds one of these words anywhere. */
  async sayNothingOf(...secrets: readonly string[]): Promise<void> {
    const text = JSON.stringify(await this.#read(this.#from)).toLowerCase();
    for (const secret of secrets)
      assert.ok(!text.includes(secret.toLowerCase()), `an event says "${secret}"`);
  }

  async #read(after: number): Promise<StoredEvent[]> {
    const { admin, userId } = this.stack;
    const query = admin.from('ide_sync_events').select('*').eq('user_id', userId).gt('sync_seq', after);
    const { data } = await query.order('sync_seq').throwOnError();
    return data ?? [];
  }
}
