import type { JSX } from 'preact';
import { t } from '../../shared/l10n.ts';
import { useDashboard } from '../context.ts';

interface Props {
  /** Names what is copied among all that can be. */
  readonly what: string;
  readonly text: () => string;
  readonly children: string;
  /** Says what is copied, beside the button's own word. */
  readonly label: string;
}

/** Puts a text on the clipboard and says so for a moment. */
export function CopyButton({ what, text, children, label }: Props): JSX.Element {
  const { actions, store } = useDashboard();
  const copied = store.copied.value === what;
  return (
    <button
      type="button"
      class="button link copy"
      title={copied ? undefined : label}
      onClick={() => actions.copy(what, text())}
    >
      {copied ? t('Copied') : children}
    </button>
  );
}

/** Tells a screen reader that something was copied; one in a sheet. */
export function CopiedStatus(): JSX.Element {
  const { store } = useDashboard();
  return (
    <p class="visually-hidden" role="status">
      {store.copied.value === null ? '' : t('Copied')}
    </p>
  );
}
