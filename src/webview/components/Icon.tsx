import type { JSX } from 'preact';
import { type IconName, icons } from './icons.ts';

/** Decoration only: the words beside it say what it means. */
export function Icon({ name, class: className = '' }: { name: IconName; class?: string }): JSX.Element {
  return (
    <svg class={`icon ${className}`} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={icons[name]} />
    </svg>
  );
}
