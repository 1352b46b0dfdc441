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

  /**
   * The user signs out of an account that this window does not have open: removes its journals, and leaves a note for the
   * windows that do. Never rejects.
   */
  async forgetAccount({ backend, user }: Account): Promise<void> {
    const account = { backend, user, key: this.#options.keyOf({ backend, user }) };
    const adoption = new Adoption(this.#options);
    await logged(this.#options.log, 'Other windows keep editor events', () => adoption.noteSignOut(account));
    await logged(this.#options.log, 'Editor events could not be removed', () => adoption.wipe(account));
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
