import type { ReplicaCache } from '../../src/extension/sync/types.ts';
import type { Dice } from './dice.ts';
import type { Findings } from './findings.ts';
import type { Timeline } from './timeline.ts';

/** The files of saved rows, one a user, that outlive the engines. */
export class Disk {
  readonly #timeline: Timeline;
  readonly #dice: Dice;
  readonly #findings: Findings;
  readonly #texts = new Map<string, string>();
  /** What was saved before that. */
  readonly #older = new Map<string, string>();

  constructor(timeline: Timeline, dice: Dice, findings: Findings) {
    this.#timeline = timeline;
    this.#dice = dice;
    this.#findings = findings;
  }

  /** One engine's way to the file of a user. */
  open(userId: string): ReplicaCache {
    let isWiped = false;
    const remove = () => this.#texts.delete(userId);
    return {
      load: () => this.#later(() => this.#texts.get(userId) ?? null),
      save: (text) =>
        this.#later(() => {
          if (!isWiped) this.#save(userId, text);
        }),
      remove: () => this.#later(() => void remove()),
      wipe: () => {
        isWiped = true;
        return this.#later(() => void remove());
      },
    };
  }

  /** Nothing is left, as after a cache was emptied. */
  clear(): void {
    this.#texts.clear();
    this.#older.clear();
  }

  /** Something happens to the file of a user: half of it is lost, it is of last time or of somebody else. */
  harm(userId: string): void {
    const text = this.#texts.get(userId);
    if (text === undefined) return;
    const others = [...this.#texts].flatMap(([owner, other]) => (owner === userId ? [] : [other]));
    const half = text.slice(0, text.length / 2);
    this.#texts.set(userId, this.#dice.pick([half, this.#older.get(userId) ?? text, ...others]));
  }

  #save(userId: string, text: string): void {
    const before = this.#texts.get(userId);
    if (before !== undefined) this.#older.set(userId, before);
    this.#texts.set(userId, text);
    const owners = text.matchAll(/"(?:owner|user_id)":"([^"]*)"/g);
    for (const [, owner] of owners)
      if (owner !== userId) this.#findings.add('foreign row', `a row of user ${owner?.at(-1)} is saved`);
  }

  #later<T>(work: () => T): Promise<T> {
    return new Promise((resolve) => {
      this.#timeline.reach(this.#dice.between(0, 30), () => resolve(work()));
    });
  }
}
