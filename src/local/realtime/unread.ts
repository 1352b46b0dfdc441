/** A client that is written to. */
export interface Reader {
  /** Bytes that wait to be read; none once it is cut off. */
  readonly unread: number;
  /** Ends its connection at once. It will connect again and read what it missed. */
  cutOff(): void;
}

export interface UnreadLimits {
  /** Bytes that one client may leave unread. */
  readonly unread: number;
  /** Bytes that all of them may, and a sixteenth more. */
  readonly allUnread: number;
}

/** Cuts off who leaves too much unread, and of all of them, when that is too much, whoever leaves most. */
export class Unread {
  readonly #limits: UnreadLimits;
  readonly #readers: Iterable<Reader>;
  /** Bytes, since all were looked at. */
  #written = 0;

  constructor(limits: UnreadLimits, readers: Iterable<Reader>) {
    this.#limits = limits;
    this.#readers = readers;
  }

  /** Looks after `bytes` were written to `reader`. */
  wrote(reader: Reader, bytes: number): void {
    const { unread, allUnread } = this.#limits;
    if (reader.unread > unread) reader.cutOff();
    this.#written += bytes;
    // At all of them now and then only: each change is written to each client.
    if (this.#written < allUnread / 16) return;
    this.#written = 0;
    const byUnread = Array.from(this.#readers).sort((a, b) => a.unread - b.unread);
    let all = byUnread.reduce((sum, one) => sum + one.unread, 0);
    for (let most = byUnread.pop(); most && all > allUnread; most = byUnread.pop()) {
      all -= most.unread;
      most.cutOff();
    }
  }
}
