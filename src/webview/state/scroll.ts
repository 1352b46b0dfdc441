import { effect } from '@preact/signals';
import type { Dashboard } from '../context.ts';

/** Restores the scroll position once there are rows to scroll through, then follows it. */
export function keepScroll({ views, ui, actions }: Dashboard): void {
  const wanted = ui.scroll.peek();
  const stop = effect(() => {
    if (views.availability.value === 'loading') return;
    requestAnimationFrame(() => {
      stop();
      window.scrollTo(0, wanted);
      window.addEventListener('scroll', () => actions.scrolledTo(window.scrollY), { passive: true });
    });
  });
}
