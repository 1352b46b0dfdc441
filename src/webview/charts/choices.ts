import type { ReadonlySignal, Signal } from '@preact/signals';
import { computed, signal } from '@preact/signals';
import type { ComponentType } from 'preact';
import { isRecord } from '../../shared/record.ts';
import { decodeTexts, type UiState } from '../state/uiState.ts';
import type { ChartBodyProps, ChartFactory } from './chart.ts';
import type { ViewChoice } from './view.ts';

export interface ChartChoice extends ViewChoice {
  /** The table twin is shown. */
  readonly table: boolean;
}

const noChoice: ChartChoice = { table: false, log: false, smoothing: 0, hidden: [], zoom: null };

/** Weights that one may choose: 0 leaves a line as it is. */
export const smoothings = [0, 0.3, 0.6, 0.8, 0.9, 0.95, 0.98] as const;

/** What is loaded with the first chart. */
export interface ChartCode {
  readonly Body: ComponentType<ChartBodyProps>;
  readonly draw: ChartFactory;
}

/** Charts whose choices are kept at most; beyond, the one that was changed longest ago is forgotten. */
const maxCharts = 100;
/** Hidden series of one chart that are kept at most. */
const maxHidden = 50;

/** What was chosen of each chart, by its name, and the code that draws them, which is loaded with the first. */
export class ChartChoices {
  readonly #all: Signal<ReadonlyMap<string, ChartChoice>>;
  readonly #load: () => Promise<ChartCode>;
  readonly #code = signal<ChartCode | null>(null);
  readonly #failed = signal(false);
  #loading = false;

  constructor(ui: UiState, load: () => Promise<ChartCode>) {
    this.#load = load;
    this.#all = ui.keep('charts', decodeAll, (all) => Object.fromEntries(all));
  }

  of(name: string): ReadonlySignal<ChartChoice> {
    return computed(() => this.#all.value.get(name) ?? noChoice);
  }

  set(name: string, change: Partial<ChartChoice>): void {
    const all = new Map(this.#all.peek());
    const before = all.get(name) ?? noChoice;
    all.delete(name);
    all.set(name, { ...before, ...change });
    this.#all.value = new Map([...all].slice(-maxCharts));
  }

  /** What draws charts; null until it is loaded. */
  get code(): ReadonlySignal<ChartCode | null> {
    return this.#code;
  }

  /** It could not be loaded; `load` tries again. */
  get failed(): ReadonlySignal<boolean> {
    return this.#failed;
  }

  /** Rejects when the code cannot be loaded; a second call while one is under way does nothing. */
  async load(): Promise<void> {
    if (this.#loading || this.#code.peek()) return;
    this.#loading = true;
    this.#failed.value = false;
    try {
      this.#code.value = await this.#load();
    } catch (error) {
      this.#failed.value = true;
      throw error;
    } finally {
      this.#loading = false;
    }
  }
}

function decodeAll(saved: unknown): ReadonlyMap<string, ChartChoice> {
  const entries = isRecord(saved) ? Object.entries(saved).slice(-maxCharts) : [];
  return new Map(entries.map(([name, choice]) => [name, decodeChoice(choice)]));
}

function decodeChoice(saved: unknown): ChartChoice {
  if (!isRecord(saved)) return noChoice;
  return {
    table: saved.table === true,
    log: saved.log === true,
    smoothing: smoothings.find((weight) => weight === saved.smoothing) ?? 0,
    hidden: decodeTexts(saved.hidden).slice(0, maxHidden),
    zoom: decodeZoom(saved.zoom),
  };
}

function decodeZoom(saved: unknown): ChartChoice['zoom'] {
  if (!Array.isArray(saved)) return null;
  const [from, to]: unknown[] = saved;
  return typeof from === 'number' && typeof to === 'number' && from < to ? [from, to] : null;
}
