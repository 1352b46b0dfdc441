import { AccountBox, type BoxOptions } from './accountBox.ts';
import { Adoption, logged } from './adoption.ts';
import type { Account } from './records.ts';

export interface StoreOptions extends BoxOptions {
  /** A short word that no other account gets, for the names of files. */
  readonly keyOf: (account: Account) => string;
}

/** Keeps the editor events of this window on disk, and sends them. */
export class EventStore {
  readonly #options: StoreOptions;

  constructor(options: StoreOptions) {
    this.#options = options;
  }

  /** Opens the box of `account`; one box at a time. */
  open({ backend, user }: Account): AccountBox {
    const key = this.#options.keyOf({ backend, user });
    return new AccountBox({ backend, user, key }, this.#options);
  }

  /** Removes the journals of all accounts that no living window writes; never rejects. */
  async forgetOrphans(): Promise<void> {
    await logged(this.#options.log, 'Editor events could not be removed', () =>
      new Adoption(this.#options).wipe(null),
    );
  }

  /** This window ends: what it leaves behind is for others. Never rejects. */
  async close(): Promise<void> {
    await logged(this.#options.log, 'A file could not be removed', () => this.#options.windows.leave());
  }
}
