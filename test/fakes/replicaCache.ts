import type { ReplicaCache } from '../../src/extension/sync/types.ts';

/** A disk for one text, that a test may fill, hold up or break. */
export class FakeReplicaCache implements ReplicaCache {
  text: string | null = null;
  saves = 0;
  isWiped = false;
  failure: Error | null = null;
  /** Reading takes until `release`. */
  held = false;
  readonly #waiting: (() => void)[] = [];

  async load(): Promise<string | null> {
    if (this.held) await new Promise<void>((open) => this.#waiting.push(open));
    if (this.failure) throw this.failure;
    return this.text;
  }

  async save(text: string): Promise<void> {
    if (this.failure) throw this.failure;
    if (this.isWiped) return;
    this.saves += 1;
    this.text = text;
  }

  async remove(): Promise<void> {
    this.text = null;
  }

  async wipe(): Promise<void> {
    this.isWiped = true;
    this.text = null;
  }

  release(): void {
    this.held = false;
    for (const open of this.#waiting.splice(0)) open();
  }
}
