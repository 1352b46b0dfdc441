import type { ReadonlySignal } from '@preact/signals';
import type { ComponentChildren, JSX } from 'preact';
import { Icon } from '../../components/Icon.tsx';
import type { IconName } from '../../components/icons.ts';

interface Props {
  readonly tone: string;
  readonly icon: IconName;
  readonly kind: string;
  readonly head: ComponentChildren | ReadonlySignal<string>;
  readonly children?: ComponentChildren;
}

/** What must not be missed: what it is in bold, then what it means. */
export function Notice({ tone, icon, kind, head, children }: Props): JSX.Element {
  return (
    <div class={`notice tone-${tone}`} data-notice={kind}>
      <Icon name={icon} />
      <div>
        <strong>{head}</strong> {children}
      </div>
    </div>
  );
}
