import type { ComponentChildren, JSX } from 'preact';
import { t } from '../../../shared/l10n.ts';
import { Icon } from '../../components/Icon.tsx';

/** Why something could not be read, where it would stand, with a way to try again. */
export function Problem({
  retry,
  children,
}: {
  retry: () => void;
  children: ComponentChildren;
}): JSX.Element {
  return (
    <p class="notice tone-bad problem" role="alert">
      <Icon name="error" />
      <span>{children}</span>
      <button type="button" class="button secondary" onClick={retry}>
        {t('Try again')}
      </button>
    </p>
  );
}
