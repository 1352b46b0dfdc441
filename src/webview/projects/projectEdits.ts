import { batch, effect, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { t } from '../../shared/l10n.ts';
import type { ProjectRow } from '../../shared/model.ts';
import type { ProjectFields } from '../../shared/requests.ts';
import { Refused, type Requests } from '../state/requests.ts';
import type { Store } from '../state/store.ts';
import type { UiState } from '../state/uiState.ts';
import { freeColor } from './palette.ts';
import {
  changedFields,
  decodeDraft,
  descriptionProblem,
  draftOf,
  nameProblem,
  newDraft,
  type ProjectDraft,
  type ProjectText,
} from './projectDraft.ts';
import { blockedWords } from './words.ts';

/** How a change stands: asked for, then saved but not yet back from the database, which alone changes the row. */
export type Standing =
  | { readonly kind: 'saving' | 'saved' }
  | { readonly kind: 'problem'; readonly words: string };

/** A change that was saved; it is done when the row comes back newer than it was, or has what was asked for. */
interface Awaited {
  readonly key: string;
  readonly id: string;
  readonly seq: number;
  readonly fields: ProjectFields;
}

/** The change of the form; that of a project's status goes by its id. */
const formKey = 'form';

/**
 * Projects as they are made and changed. Nothing is drawn ahead of the database:
 *
 *   save ── request ──▶ host ── answer ──▶ saved ── the row comes back by sync ──▶ done, the form closes
 *                                      └─▶ problem: the text stays, in the form
 *
 * A new project is done whenever its row comes: also when no answer did, or when the page was made anew meanwhile.
 */
export class ProjectEdits {
  /** What the form holds; null while it is closed. */
  readonly draft: Signal<ProjectDraft | null>;
  /** The user opened the form, rather than a reload: it takes the focus. */
  readonly asked = signal(false);
  /** Saving was tried: the form says what is missing from then on. */
  readonly tried = signal(false);
  readonly archiveShown: Signal<boolean>;
  readonly #standings = signal<ReadonlyMap<string, Standing>>(new Map());
  readonly #awaited = signal<readonly Awaited[]>([]);
  readonly #store: Store;
  readonly #requests: Requests;
  readonly #onCreated: (id: string) => void;
  #form = 0;

  constructor(options: {
    readonly store: Store;
    readonly ui: UiState;
    readonly requests: Requests;
    /** A project that the form made is among the rows. */
    readonly onCreated: (id: string) => void;
  }) {
    this.#store = options.store;
    this.#requests = options.requests;
    this.#onCreated = options.onCreated;
    this.draft = options.ui.keep('projectDraft', decodeDraft);
    this.archiveShown = options.ui.keep('archiveShown', (saved) => saved === true);
    effect(() => this.#noteArrivals(this.#awaited.value, this.#store.tables.projects.value));
    effect(() => this.#noteMade(this.draft.value, this.#store.tables.projects.value));
  }

  /** By `form` for the form, and by a project's id for its status. */
  get standings(): ReadonlySignal<ReadonlyMap<string, Standing>> {
    return this.#standings;
  }

  get formStanding(): Standing | undefined {
    return this.#standings.value.get(formKey);
  }

  /** Why projects cannot be changed just now, in words; null when they can. */
  get blocked(): string | null {
    return blockedWords(this.#store.status.value);
  }

  openNew(): void {
    const used = [...this.#store.tables.projects.peek().values()].map(({ color }) => color);
    this.#open(newDraft(freeColor(new Set(used))));
  }

  openEdit(project: ProjectRow): void {
    this.#open(draftOf(project));
  }

  change(text: Partial<ProjectText>): void {
    const draft = this.draft.peek();
    if (draft) this.draft.value = { ...draft, ...text };
  }

  /** Closes the form and forgets its text; what was asked for goes on. */
  cancel(): void {
    this.#form += 1;
    batch(() => {
      this.draft.value = null;
      this.#stand(formKey, null);
      this.#awaited.value = this.#awaited.peek().filter(({ key }) => key !== formKey);
    });
  }

  save(): void {
    const draft = this.draft.peek();
    const kind = this.#standings.peek().get(formKey)?.kind;
    if (!draft || kind === 'saving' || kind === 'saved') return;
    this.tried.value = true;
    if (nameProblem(draft) ?? descriptionProblem(draft)) return;
    const fields = changedFields(draft);
    const { id, row } = draft;
    if (id === null) {
      const { name, description, color } = draft;
      const made = { id: row, name: name.trim(), description: description.trim() || null, color };
      this.#send(null, this.#requests.ask('createProject', made));
    } else if (fields === null) {
      this.cancel();
    } else {
      this.#update(formKey, id, fields);
    }
  }

  /** Archives a project, or restores it. */
  setStatus(id: string, status: 'active' | 'archived'): void {
    if (this.#standings.peek().get(id)?.kind === 'saving') return;
    this.#update(id, id, { status });
  }

  #open(draft: ProjectDraft): void {
    this.cancel();
    batch(() => {
      this.asked.value = true;
      this.tried.value = false;
      this.draft.value = draft;
    });
  }

  #update(key: string, id: string, fields: ProjectFields): void {
    const seq = this.#store.tables.projects.peek().get(id)?.sync_seq ?? -1;
    this.#send({ key, id, seq, fields }, this.#requests.ask('updateProject', { id, fields }));
  }

  /** `change` has the `seq` of the row as it is now; null for a row that is yet to be made. */
  #send(change: Awaited | null, asked: Promise<null>): void {
    const key = change?.key ?? formKey;
    const form = this.#form;
    const isGone = (): boolean => key === formKey && form !== this.#form;
    this.#stand(key, { kind: 'saving' });
    asked.then(
      () => {
        if (isGone()) return;
        batch(() => {
          this.#stand(key, { kind: 'saved' });
          if (change) this.#awaited.value = [...this.#awaited.peek(), change];
        });
      },
      (error: unknown) => {
        if (isGone()) return;
        const words = error instanceof Refused ? error.message : t('This could not be sent. Try again.');
        this.#stand(key, { kind: 'problem', words });
      },
    );
  }

  #noteArrivals(awaited: readonly Awaited[], projects: ReadonlyMap<string, ProjectRow>): void {
    const arrived = awaited.filter(({ id, seq, fields }) => {
      const row = projects.get(id);
      return row !== undefined && (row.sync_seq > seq || holds(row, fields));
    });
    if (arrived.length === 0) return;
    batch(() => {
      this.#awaited.value = awaited.filter((each) => !arrived.includes(each));
      for (const { key } of arrived) {
        if (key === formKey) this.cancel();
        else this.#stand(key, null);
      }
    });
  }

  #noteMade(draft: ProjectDraft | null, projects: ReadonlyMap<string, ProjectRow>): void {
    if (draft?.id !== null || !projects.has(draft.row)) return;
    this.cancel();
    this.#onCreated(draft.row);
  }

  #stand(key: string, standing: Standing | null): void {
    const next = new Map(this.#standings.peek());
    if (standing) next.set(key, standing);
    else next.delete(key);
    this.#standings.value = next;
  }
}

/** A row that has all of it already does not come again: the database numbers only what differs. */
function holds(row: ProjectRow, fields: ProjectFields): boolean {
  return Object.entries(fields).every(([name, value]) => row[name as keyof ProjectFields] === value);
}
