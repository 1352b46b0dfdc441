import { effect } from '@preact/signals';
import type { Dashboard } from '../context.ts';

/** Restores the scroll position once there are rows to scroll through, then follows it. */
export function keepScroll({ store, ui, actions }: Dashboard): void {
  const wanted = ui.scroll.peek();
  const stop = effect(() => {
    if (!store.status.value) return;
    requestAnimationFrame(() => {
      stop();
      window.scrollTo(0, wanted);
      window.addEventListener('scroll', () => actions.scrolledTo(window.scrollY), { passive: true });
    });
  });
}
