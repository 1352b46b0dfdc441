import type { Signal } from '@preact/signals';
import { isRecord } from '../../shared/record.ts';
import { type SectionName, sectionNames, type UiState } from './uiState.ts';

interface Sizes {
  /** Of the page that they were measured in, px. */
  readonly width: number;
  readonly heights: Readonly<Partial<Record<SectionName, number>>>;
}

/** No section is taken to be higher than this, px. */
const maxHeight = 20_000;

/**
 * How high the sections were when they last had rows. A page that is shown again draws skeletons for a moment; as
 * high as the rows were, they move nothing when those come.
 */
export class SectionSizes {
  readonly #sizes: Signal<Sizes>;

  constructor(ui: UiState) {
    this.#sizes = ui.keepPosition('sizes', decodeSizes);
  }

  /** While it loads, an element is as high as its section was; then its height is followed. Returns the way to stop. */
  hold(name: SectionName, element: HTMLElement, isLoading: boolean): () => void {
    if (isLoading) {
      const { width, heights } = this.#sizes.peek();
      const height = heights[name];
      if (height === undefined || width !== window.innerWidth) return () => {};
      element.style.setProperty('min-height', `${height}px`);
      return () => element.removeAttribute('style');
    }
    const observer = new ResizeObserver(() => this.#note(name, element.offsetHeight));
    observer.observe(element);
    return () => observer.disconnect();
  }

  #note(name: SectionName, height: number): void {
    const { width, heights } = this.#sizes.peek();
    const now = window.innerWidth;
    // A page that is hidden has no sizes.
    if (height === 0 || (width === now && heights[name] === height)) return;
    this.#sizes.value = { width: now, heights: { ...(width === now ? heights : {}), [name]: height } };
  }
}

function decodeSizes(saved: unknown): Sizes {
  const heights: Partial<Record<SectionName, number>> = {};
  if (!isRecord(saved) || typeof saved.width !== 'number' || !isRecord(saved.heights))
    return { width: 0, heights };
  for (const name of sectionNames) {
    const height = saved.heights[name];
    if (typeof height === 'number' && height > 0) heights[name] = Math.min(maxHeight, height);
  }
  return { width: saved.width, heights };
}
