import { computed, effect, type ReadonlySignal, signal } from '@preact/signals';
import { t } from '../../shared/l10n.ts';
import type { RunRow } from '../../shared/model.ts';
import { Refused, type Requests } from '../state/requests.ts';
import type { Store } from '../state/store.ts';
import { answered, asked, type HeldRuns, type Older, refused, slid, together } from './older.ts';

/** What is known of the runs behind the end of the list; `end`: these are all. */
export type Beyond =
  | { readonly kind: 'more' | 'waiting' | 'end' | 'full' }
  | { readonly kind: 'problem'; readonly words: string };

/** More runs than this are not held. */
const maxRuns = 20_000;

/** The runs that the page knows: those that the host holds, and older ones as far as they were asked for. */
export class OlderRuns {
  /** Held and older runs by id. */
  readonly byId: ReadonlySignal<ReadonlyMap<string, RunRow>>;
  /** Null while the host holds everything. */
  readonly beyond: ReadonlySignal<Beyond | null>;
  readonly #store: Store;
  readonly #requests: Pick<Requests, 'ask'>;
  readonly #held: ReadonlySignal<HeldRuns>;
  readonly #older = signal<Older | null>(null);
  /** Counts what makes an answer that is under way worthless. */
  #age = 0;

  constructor({ store, requests }: { readonly store: Store; readonly requests: Pick<Requests, 'ask'> }) {
    this.#store = store;
    this.#requests = requests;
    const from = stablePlace(store);
    this.#held = computed(() => ({ runs: store.tables.training_runs.value, from: from.value }));
    this.byId = computed(() => together(store.tables.training_runs.value, this.#older.value));
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
    const take = (change: (older: Older) => Older): void => {
      const older = this.#older.peek();
      if (older && age === this.#age) this.#older.value = change(older);
    };
    this.#requests.ask('olderRuns', { before: next.next }).then(
      (answer) => take((older) => answered(older, answer)),
      (error: unknown) => take((older) => refused(older, wordsOf(error))),
    );
  }

  #beyond(): Beyond | null {
    const older = this.#older.value;
    if (this.#held.value.from === null) return null;
    if (older?.next === null) return { kind: 'end' };
    if (older?.asking.kind === 'waiting') return { kind: 'waiting' };
    if (this.byId.value.size >= maxRuns) return { kind: 'full' };
    return older?.asking.kind === 'problem' ? older.asking : { kind: 'more' };
  }

  /** Keeps the older runs in step with the held ones and with whose they are. */
  #follow(): void {
    let held = this.#held.peek();
    let life = this.#store.life.peek();
    effect(() => {
      const before = held;
      const gone = this.#store.runsGone.value;
      const sameLife = life === this.#store.life.value;
      held = this.#held.value;
      life = this.#store.life.value;
      const older = this.#older.peek();
      const next = sameLife && gone !== null ? slid(older, before, held, gone) : null;
      if (older !== null && next === null) this.#age += 1;
      this.#older.value = next;
    });
  }

  /** What failed is asked for again once the backend is back. */
  #tryAgainOnline(): void {
    let wasLive = false;
    effect(() => {
      const live = this.#store.status.value?.state === 'live';
      const older = this.#older.peek();
      if (live && !wasLive && older?.asking.kind === 'problem')
        this.#older.value = { ...older, asking: { kind: 'idle' } };
      wasLive = live;
    });
  }
}

function wordsOf(error: unknown): string {
  return error instanceof Refused ? error.message : t('The older runs could not be read.');
}

/** The same place keeps its identity: every patch brings a status of its own. */
function stablePlace(store: Store): ReadonlySignal<HeldRuns['from']> {
  let known: HeldRuns['from'] = null;
  return computed(() => {
    const next = store.status.value?.runsFrom ?? null;
    if (known?.at !== next?.at || known?.id !== next?.id) known = next;
    return known;
  });
}
