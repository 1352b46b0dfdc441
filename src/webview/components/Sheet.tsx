import type { Signal } from '@preact/signals';
import type { ComponentChildren, JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { t } from '../../shared/l10n.ts';
import { useDashboard } from '../context.ts';
import { AsOf } from './AsOf.tsx';
import { ErrorBoundary } from './ErrorBoundary.tsx';
import { Icon } from './Icon.tsx';
import { keepSheetScroll, type SheetScroll } from './sheetScroll.ts';

interface Props {
  readonly title: string;
  /** Finds what has the focus afterwards when the sheet was open from the start. */
  readonly opener: string;
  /** Wide enough for charts side by side, and so over everything that tells of when its rows are. */
  readonly wide?: boolean;
  /** Where its scroll position is kept, and under which name. */
  readonly scroll?: { readonly kept: Signal<SheetScroll | null>; readonly name: string };
  readonly children: ComponentChildren;
}

/** A modal dialog of the browser at the side: Escape and a click beside it close it, and the focus goes back. */
export function Sheet({ title, opener, wide = false, scroll, children }: Props): JSX.Element {
  const { actions } = useDashboard();
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const element = dialog.current;
    const page = document.documentElement;
    const scrollbar = window.innerWidth - page.getBoundingClientRect().width;
    page.style.setProperty('--scrollbar', `${scrollbar}px`);
    element?.showModal();
    return () => {
      element?.close();
      // Open since the page was made, it has no place to go back to: the focus is nowhere, or still inside.
      const at = document.activeElement;
      if (at === document.body || element?.contains(at)) document.querySelector<HTMLElement>(opener)?.focus();
    };
  }, []);
  useLayoutEffect(
    () => (dialog.current && scroll ? keepSheetScroll(dialog.current, scroll.kept, scroll.name) : undefined),
    [scroll?.name],
  );
  const close = (): void => actions.showSheet(null);
  return (
    <dialog
      ref={dialog}
      class={wide ? 'sheet wide' : 'sheet'}
      closedby="any"
      aria-labelledby="sheet-title"
      onClose={close}
    >
      <header class="sheet-header">
        <h2 id="sheet-title" class="ellipsis" title={title}>
          {title}
        </h2>
        {wide ? <AsOf /> : null}
        <button type="button" class="button icon" aria-label={t('Close')} title={t('Close')} onClick={close}>
          <Icon name="close" />
        </button>
      </header>
      <div class="sheet-body">
        <ErrorBoundary onError={(error) => actions.report(title, error)}>{children}</ErrorBoundary>
      </div>
    </dialog>
  );
}
