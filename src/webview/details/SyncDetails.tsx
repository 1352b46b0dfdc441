import type { JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { ErrorBoundary } from '../components/ErrorBoundary.tsx';
import { Icon } from '../components/Icon.tsx';
import { useDashboard } from '../context.ts';
import { Cost } from './Cost.tsx';
import { Counters } from './Counters.tsx';
import { Doctor } from './Doctor.tsx';
import { Standing } from './Standing.tsx';

/** The sheet beside the dashboard: how sync stands, what it cost and what the Doctor found. */
export function SyncDetails(): JSX.Element | null {
  return useDashboard().ui.details.value ? <Sheet /> : null;
}

/** A modal dialog of the browser: Escape and a click beside it close it, and the focus goes back. */
function Sheet(): JSX.Element {
  const { actions, store } = useDashboard();
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const element = dialog.current;
    const page = document.documentElement;
    const scrollbar = window.innerWidth - page.getBoundingClientRect().width;
    page.style.setProperty('--scrollbar', `${scrollbar}px`);
    element?.showModal();
    return () => {
      element?.close();
      // Open since the page was made, it has no place to go back to.
      if (document.activeElement === document.body)
        document.querySelector<HTMLElement>('[data-connection]')?.focus();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      class="sheet"
      closedby="any"
      aria-labelledby="sheet-title"
      onClose={() => actions.showDetails(false)}
    >
      <header class="sheet-header">
        <h2 id="sheet-title">Sync details</h2>
        <button
          type="button"
          class="button icon"
          aria-label="Close"
          title="Close"
          onClick={() => actions.showDetails(false)}
        >
          <Icon name="close" />
        </button>
      </header>
      <p class="visually-hidden" role="status">
        {store.copied.value === null ? '' : 'Copied'}
      </p>
      <div class="sheet-body">
        <ErrorBoundary onError={(error) => actions.report('Sync details', error)}>
          <Standing />
          <Cost />
          <Doctor />
          <Counters />
        </ErrorBoundary>
      </div>
    </dialog>
  );
}
