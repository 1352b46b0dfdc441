import type { NotebookCellExecutionSummary } from 'vscode';

export interface RunFacts {
  readonly cells: number;
  /** Null when they are several. */
  readonly language: string | null;
  readonly failed: number;
  /** From the start of the first cell to the end of the last one; null when the kernel tells neither. */
  readonly duration_ms: number | null;
}

/**
 * Cells of one notebook that run one after the other, by the summaries that VS Code gives of a cell:
 *
 *     queued: empty ──► started: empty again ──► ended: success, or at least when
 *        ▲
 *     outputs cleared: empty, once; undoing that brings the old end back, which is no run
 */
export class NotebookRun<Cell extends object> {
  /** How many empty summaries came since the cell last ended. */
  readonly #empty = new Map<Cell, number>();
  readonly #languages = new Set<string>();
  #cells = 0;
  #failed = 0;
  #start = Number.POSITIVE_INFINITY;
  #end = Number.NEGATIVE_INFINITY;

  /** Some cell has been started and not ended. */
  get isRunning(): boolean {
    return [...this.#empty.values()].some((times) => times > 1);
  }

  note(cell: Cell, language: string, { success, timing }: NotebookCellExecutionSummary): void {
    const empty = this.#empty.get(cell) ?? 0;
    if (typeof success !== 'boolean' && !timing) {
      this.#empty.set(cell, empty + 1);
      return;
    }
    this.#empty.delete(cell);
    if (empty < 2) return;
    this.#cells += 1;
    if (success === false) this.#failed += 1;
    this.#languages.add(language);
    if (!timing) return;
    this.#start = Math.min(this.#start, timing.startTime);
    this.#end = Math.max(this.#end, timing.endTime);
  }

  /** The cell is gone and will not end. */
  forget(cell: Cell): void {
    this.#empty.delete(cell);
  }

  /** What has ended since it was last taken; null for nothing. */
  take(): RunFacts | null {
    if (this.#cells === 0) return null;
    const [language = null, ...others] = this.#languages;
    const duration = Math.round(this.#end - this.#start);
    const facts = {
      cells: this.#cells,
      language: others.length > 0 ? null : language,
      failed: this.#failed,
      duration_ms: Number.isFinite(duration) ? Math.max(0, duration) : null,
    };
    this.#languages.clear();
    this.#cells = 0;
    this.#failed = 0;
    this.#start = Number.POSITIVE_INFINITY;
    this.#end = Number.NEGATIVE_INFINITY;
    return facts;
  }
}
