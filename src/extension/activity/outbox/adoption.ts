import { describeError } from '../../platform/log.ts';
import type { Clock, Log } from '../../sync/types.ts';
import type { FolderEntry, JournalFolder, Windows } from './folder.ts';
import { type Journal, maxAge } from './journal.ts';
import { type Account, journalName, parseJournalName, recover } from './records.ts';

export interface AdoptionOptions {
  readonly folder: JournalFolder;
  readonly windows: Windows;
  /** Names this window in the names of its files. */
  readonly window: string;
  readonly newSerial: () => string;
  readonly clock: Clock;
  readonly log: Log;
}

/** An account with the word that stands for it in names of files. */
export interface NamedAccount extends Account {
  readonly key: string;
}

/** Stands in for a window in the name of a journal that its window has let go of. */
const released = 'released';
/** What is too old must be so at so many looks, about one a minute: a clock that has jumped may be right again by then. */
const looks = 60;

/**
 * Journals that no living window answers for. The name of a file says whose it is, so to take one over is to rename
 * it, which the file system lets one window do, and whoever dies then leaves an orphan again:
 *
 *   <dead>.1.<account> -- rename --> <me>.2.<account> -- copied to my own journal, fsync --> removed
 *
 * A crash before the last step leaves the events in two files. That, or a window that was wrongly taken for dead,
 * costs a second sending at worst: ids are made once, and the server inserts what it does not have.
 */
export class Adoption {
  readonly #options: AdoptionOptions;
  /** Old files, and at how many looks each was. */
  #old = new Map<string, number>();
  /** Files of this window whose events its own journal has taken over, in memory at least. */
  readonly #copied = new Set<string>();

  constructor(options: AdoptionOptions) {
    this.#options = options;
  }

  newName(account: NamedAccount): string {
    const { window, newSerial } = this.#options;
    return journalName({ window, serial: newSerial(), account: account.key });
  }

  /** Takes over the orphans of `account`. */
  async adopt(account: NamedAccount, journal: Journal): Promise<void> {
    for (const { name } of await this.#orphans(account)) {
      const claimed = this.newName(account);
      if (await this.#options.folder.rename(name, claimed)) await this.#take(claimed, account, journal);
    }
    // Otherwise the disk is full: they stay, and are orphans again if this window ends before that has passed.
    if (this.#copied.size > 0 && (await journal.save())) await this.removeCopied();
  }

  /** Removes what the journal of this window has taken over. */
  async removeCopied(): Promise<void> {
    for (const name of this.#copied) {
      await this.#options.folder.remove(name);
      this.#copied.delete(name);
    }
  }

  /** Lets go of a journal of this window: any window in which the account is signed in may adopt it. */
  async release(name: string): Promise<void> {
    const parsed = parseJournalName(name);
    if (parsed) await this.#options.folder.rename(name, journalName({ ...parsed, window: released }));
  }

  /** Removes the orphans of `account`, or of all. */
  async wipe(account: NamedAccount | null): Promise<void> {
    for (const { name } of await this.#orphans(account)) await this.#options.folder.remove(name);
  }

  /** Notes for the other windows that the user has signed out on purpose, so that they forget as well. */
  async noteSignOut(account: NamedAccount): Promise<void> {
    await this.#options.folder.replace(signOutNote(account), '');
  }

  async hasSignedOut(account: NamedAccount): Promise<boolean> {
    return (await this.#options.folder.read(signOutNote(account))) !== null;
  }

  /** The user is back: what windows that ended with the sign-out left behind goes, then the note. */
  async welcome(account: NamedAccount): Promise<void> {
    if (!(await this.hasSignedOut(account))) return;
    await this.wipe(account);
    await this.#options.folder.remove(signOutNote(account));
  }

  /** Removes what nobody will ask for: traces of dead windows, and files that nobody has written for 14 days. */
  async sweep(): Promise<void> {
    const { folder, window, clock, log } = this.#options;
    const entries = await folder.list();
    const writers = new Set(entries.map(({ name }) => parseJournalName(name)?.window));
    const now = clock.now();
    const old = new Map<string, number>();
    for (const { name, modifiedAt } of entries) {
      const other = /^([\w-]+)\.window$/.exec(name)?.[1];
      if (other) {
        if (other === window || writers.has(other) || (await this.#isAlive(other))) continue;
        await folder.remove(name);
      } else if (now - modifiedAt > maxAge && !(await this.#isAlive(parseJournalName(name)?.window))) {
        const seen = (this.#old.get(name) ?? 0) + 1;
        old.set(name, seen);
        if (seen < looks) continue;
        await folder.remove(name);
        if (parseJournalName(name))
          log.warn('A journal of editor events that nobody signed in for was removed after 14 days.');
      }
    }
    this.#old = old;
  }

  async #orphans(account: NamedAccount | null): Promise<FolderEntry[]> {
    const orphans: FolderEntry[] = [];
    for (const entry of await this.#options.folder.list()) {
      const name = parseJournalName(entry.name);
      if (!name || (account && name.account !== account.key)) continue;
      if (!(await this.#isAlive(name.window))) orphans.push(entry);
    }
    return orphans;
  }

  async #isAlive(window: string | undefined): Promise<boolean> {
    if (window === undefined || window === released) return false;
    return window === this.#options.window || (await this.#options.windows.isAlive(window));
  }

  async #take(name: string, account: NamedAccount, journal: Journal): Promise<void> {
    const { folder, log } = this.#options;
    const text = await folder.read(name);
    if (text === null) return;
    const found = recover(text);
    if (found.account && (found.account.backend !== account.backend || found.account.user !== account.user)) {
      log.warn(`The journal ${name} is of another account than its name says; it is left alone.`);
      return;
    }
    if (found.damaged > 0)
      log.warn(
        `A journal of editor events had ${found.damaged} damaged lines, which are lost; ${found.events.length} events of it are sent.`,
      );
    journal.take(found);
    this.#copied.add(name);
    log.debug(`Took over ${found.events.length} events of a window that has ended.`);
  }
}

function signOutNote(account: NamedAccount): string {
  return `${account.key}.signedout`;
}

/** Runs `task`; what it fails of is logged. */
export async function logged(log: Log, what: string, task: () => Promise<void>): Promise<void> {
  try {
    await task();
  } catch (error) {
    log.warn(`${what}: ${describeError(error)}`);
  }
}
