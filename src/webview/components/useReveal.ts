import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { useDashboard } from '../context.ts';
import type { SectionName } from '../state/uiState.ts';
import { highlight } from './useHighlight.ts';

/** Brings the row of a section that a link has led to into sight, lights it up and gives it the focus. */
export function useReveal<E extends Element>(section: SectionName): RefObject<E> {
  const { ui, actions } = useDashboard();
  const element = useRef<E>(null);
  const place = ui.revealed.value?.section === section ? ui.revealed.value : null;
  useEffect(() => {
    if (!place) return;
    const rows = element.current?.querySelectorAll<HTMLElement>('[data-id]') ?? [];
    const row = [...rows].find(({ dataset }) => dataset.id === place.id);
    if (row) {
      row.scrollIntoView({ block: 'center' });
      (row.querySelector('button') ?? row).focus({ preventScroll: true });
      highlight(row);
    }
    actions.revealed();
  }, [place]);
  return element as RefObject<E>;
}
