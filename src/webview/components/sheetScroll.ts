import type { Signal } from '@preact/signals';

/** How far a sheet is scrolled, px, and which one. */
export interface SheetScroll {
  readonly sheet: string;
  readonly top: number;
}

/**
 * Keeps how far `element` is scrolled under the name of its sheet, and brings it back there as soon as it is high
 * enough again, unless the user scrolls first. Returns the way to stop.
 */
export function keepSheetScroll(
  element: HTMLElement,
  kept: Signal<SheetScroll | null>,
  sheet: string,
): () => void {
  const saved = kept.peek();
  let wanted = saved?.sheet === sheet ? saved.top : 0;
  if (wanted === 0) element.scrollTop = 0;
  const restore = (): void => {
    if (wanted === 0) return;
    element.scrollTop = wanted;
    if (Math.abs(element.scrollTop - wanted) <= 1) wanted = 0;
  };
  const save = (): void => {
    if (wanted === 0) kept.value = { sheet, top: Math.round(element.scrollTop) };
  };
  const giveUp = (): void => {
    wanted = 0;
  };
  const observer = new ResizeObserver(restore);
  for (const child of element.children) observer.observe(child);
  element.addEventListener('scroll', save, { passive: true });
  for (const name of byHand) element.addEventListener(name, giveUp, { passive: true });
  restore();
  return () => {
    observer.disconnect();
    element.removeEventListener('scroll', save);
    for (const name of byHand) element.removeEventListener(name, giveUp);
  };
}

/** What a user does to go elsewhere. */
const byHand = ['wheel', 'pointerdown', 'keydown', 'touchmove'] as const;
