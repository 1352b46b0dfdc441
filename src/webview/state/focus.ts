import { effect } from '@preact/signals';
import type { Dashboard } from '../context.ts';
import type { FocusPlace } from './uiState.ts';

const header = 'header';
const controls = 'a[href], button, input, select, textarea, summary, [tabindex]';

/**
 * Gives the focus of keys back to where it was when the panel was hidden, once there are rows, and follows it. It comes
 * back too when VS Code gives the focus to the page and to nothing in it, as after F6.
 */
export function keepFocus({ views, ui }: Pick<Dashboard, 'views' | 'ui'>): () => void {
  const restore = (): void => {
    if (document.activeElement !== document.body || document.querySelector('dialog[open]')) return;
    const place = ui.focus.peek();
    if (place) elementAt(place)?.focus({ preventScroll: true });
  };
  let isDrawn = false;
  const onFocus = (): void => {
    if (isDrawn) requestAnimationFrame(restore);
  };
  const onFocusIn = ({ target }: FocusEvent): void => {
    if (target instanceof HTMLElement && target.matches(':focus-visible')) ui.focus.value = placeOf(target);
  };
  // Who has clicked somewhere may go on from there with keys.
  const onKeyUp = (): void => {
    const at = document.activeElement;
    if (at instanceof HTMLElement && at !== document.body) ui.focus.value = placeOf(at);
  };
  const onPointer = (): void => {
    ui.focus.value = null;
  };
  const stop = effect(() => {
    if (isDrawn || views.availability.value === 'loading') return;
    isDrawn = true;
    // A page that has not the focus must not take it from an editor.
    if (document.hasFocus()) onFocus();
  });
  window.addEventListener('focus', onFocus);
  document.addEventListener('focusin', onFocusIn);
  document.addEventListener('keyup', onKeyUp);
  document.addEventListener('pointerdown', onPointer);
  return () => {
    stop();
    window.removeEventListener('focus', onFocus);
    document.removeEventListener('focusin', onFocusIn);
    document.removeEventListener('keyup', onKeyUp);
    document.removeEventListener('pointerdown', onPointer);
  };
}

/** Null inside sheets, which have their own way. */
function placeOf(element: HTMLElement): FocusPlace | null {
  const home = element.closest<HTMLElement>('[data-section], .page-header');
  if (!home) return null;
  const row = element.closest<HTMLElement>('[data-id]')?.dataset.id ?? null;
  const section = home.dataset.section ?? header;
  return { section, row, index: controlsOf(section, row).indexOf(element) };
}

function elementAt({ section, row, index }: FocusPlace): HTMLElement | undefined {
  return controlsOf(section, row)[index];
}

/** What can have the focus in a row, or in a section outside of its rows: their number changes with the data. */
function controlsOf(section: string, row: string | null): HTMLElement[] {
  const homes = [...document.querySelectorAll<HTMLElement>('[data-section], .page-header')];
  const home = homes.find((each) => (each.dataset.section ?? header) === section);
  return [...(home?.querySelectorAll<HTMLElement>(controls) ?? [])].filter(
    (element) => (element.closest<HTMLElement>('[data-id]')?.dataset.id ?? null) === row,
  );
}
