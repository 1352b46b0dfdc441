import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { useDashboard } from '../context.ts';

/** A row that a patch brought this recently was seen to arrive, ms. */
const fresh = 1_000;

/**
 * Softly lights an element up when `mark` changes, or when it appears for a row that has just arrived; never
 * with reduced motion.
 */
export function useHighlight<E extends Element>(row: object | null, mark: unknown): RefObject<E> {
  const { store } = useDashboard();
  const element = useRef<E>(null);
  const seen = useRef<{ readonly mark: unknown } | null>(null);
  useEffect(() => {
    const arrived = row ? store.arrivedAt(row) : undefined;
    const appeared = seen.current === null && arrived !== undefined && Date.now() - arrived < fresh;
    const changed = seen.current !== null && seen.current.mark !== mark;
    seen.current = { mark };
    if ((appeared || changed) && element.current) highlight(element.current);
  }, [mark]);
  return element as RefObject<E>;
}

/** The system says so, or VS Code's own setting, which reaches the page as a class. */
function wantsLessMotion(): boolean {
  return (
    matchMedia('(prefers-reduced-motion: reduce)').matches ||
    document.body.classList.contains('vscode-reduce-motion')
  );
}

/** Softly lights an element up, once. */
export function highlight(element: Element): void {
  if (wantsLessMotion()) return;
  element.animate([{ backgroundColor: 'var(--highlight)' }, { backgroundColor: 'transparent' }], {
    duration: 1_400,
    easing: 'ease-out',
  });
}
