import { computed, effect, type ReadonlySignal, signal } from '@preact/signals';
import { t } from '../../shared/l10n.ts';
import type { Rows } from '../../shared/model.ts';
import type { RowPlace } from '../../shared/requests.ts';
import {
  answered,
  asked,
  type HeldRows,
  type Older,
  type OlderPage,
  refused,
  slid,
  together,
} from './older.ts';
import { Refused } from './requests.ts';
import type { PagedTable, Store } from './store.ts';

/** What is known of the rows behind the last one; `more`: which were made before then, ISO 8601. `end`: these are all. */
export type Beyond =
  | { readonly kind: 'more'; readonly before: string }
  | { readonly kind: 'waiting' | 'end' | 'full' }
  | { readonly kind: 'problem'; readonly words: string };

export interface OlderRowsOptions<T extends PagedTable> {
  readonly store: Store;
  readonly table: T;
  /** From where on the host holds every row; null when it holds all of them. */
  readonly from: () => RowPlace | null;
  /** Rows before a place; rejects with `Refused`. */
  readonly ask: (before: RowPlace) => Promise<OlderPage<Rows[T]>>;
}

/** More rows than this are not held. */
const maxRows = 20_000;

/** The rows of a table that the page knows: those that the host holds, and older ones as far as they were asked for. */
export class OlderRows<T extends PagedTable> {
  /** Held and older rows by id. */
  readonly byId: ReadonlySignal<ReadonlyMap<string, Rows[T]>>;
  /** Null while the host holds everything. */
  readonly beyond: ReadonlySignal<Beyond | null>;
  readonly #options: OlderRowsOptions<T>;
  readonly #held: ReadonlySignal<HeldRows<Rows[T]>>;
  readonly #older = signal<Older<Rows[T]> | null>(null);
  /** Counts what makes an answer that is under way worthless. */
  #age = 0;

  constructor(options: OlderRowsOptions<T>) {
    this.#options = options;
    const { store, table } = options;
    const rows = store.tables[table] as unknown as ReadonlySignal<ReadonlyMap<string, Rows[T]>>;
    const from = stablePlace(options.from);
    this.#held = computed(() => ({ rows: rows.value, from: from.value }));
    this.byId = computed(() => together(rows.value, this.#older.value));
    this.beyond = computed(() => this.#beyond());
    this.#follow();
    this.#tryAgainOnline();
  }

  /** Asks for the next page, unless one is under way or there is none. */
  ask(): void {
    const { from } = this.#held.peek();
    const kind = this.beyond.peek()?.kind;
    if (from === null || (kind !== 'more' && kind !== 'problem')) return;
    const next = asked(this.#older.peek(), from);
    this.#older.value = next;
    const age = this.#age;
    const take = (change: (older: Older<Rows[T]>) => Older<Rows[T]>): void => {
      const older = this.#older.peek();
      if (older && age === this.#age) this.#older.value = change(older);
    };
    this.#options.ask(next.next).then(
      (answer) => take((older) => answered(older, answer)),
      (error: unknown) => take((older) => refused(older, wordsOf(error))),
    );
  }

  #beyond(): Beyond | null {
    const older = this.#older.value;
    const { from } = this.#held.value;
    if (from === null) return null;
    if (older?.next === null) return { kind: 'end' };
    if (older?.asking.kind === 'waiting') return { kind: 'waiting' };
    if (this.byId.value.size >= maxRows) return { kind: 'full' };
    return older?.asking.kind === 'problem'
      ? older.asking
      : { kind: 'more', before: (older?.next ?? from).at };
  }

  /** Keeps the older rows in step with the held ones and with whose they are. */
  #follow(): void {
    const { store, table } = this.#options;
    let held = this.#held.peek();
    let life = store.life.peek();
    effect(() => {
      const before = held;
      const gone = store.gone.value;
      const sameLife = life === store.life.value;
      held = this.#held.value;
      life = store.life.value;
      const older = this.#older.peek();
      const next = sameLife && gone !== null ? slid(older, before, held, gone[table]) : null;
      if (older !== null && next === null) this.#age += 1;
      this.#older.value = next;
    });
  }

  /** What failed is asked for again once the backend is back. */
  #tryAgainOnline(): void {
    let wasLive = false;
    effect(() => {
      const live = this.#options.store.status.value?.state === 'live';
      const older = this.#older.peek();
      if (live && !wasLive && older?.asking.kind === 'problem')
        this.#older.value = { ...older, asking: { kind: 'idle' } };
      wasLive = live;
    });
  }
}

function wordsOf(error: unknown): string {
  return error instanceof Refused ? error.message : t('What is older could not be read.');
}

/** The same place keeps its identity: every patch brings a status of its own. */
function stablePlace(from: () => RowPlace | null): ReadonlySignal<RowPlace | null> {
  let known: RowPlace | null = null;
  return computed(() => {
    const next = from();
    if (known?.at !== next?.at || known?.id !== next?.id) known = next;
    return known;
  });
}
