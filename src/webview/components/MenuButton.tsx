import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Icon } from './Icon.tsx';
import type { IconName } from './icons.ts';

interface Props {
  readonly label: string;
  readonly icon: IconName;
  /** Finds it in the page, as `[data-menu=name]`. */
  readonly name: string;
  /** What is chosen there differs from how it is at first. */
  readonly on?: boolean;
  readonly children: () => ComponentChildren;
}

/** A button with a small panel of controls below it; Escape and whatever happens elsewhere close it. */
export function MenuButton({ label, icon, name, on = false, children }: Props): JSX.Element {
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    if (!open) return;
    const outside = (event: Event): void => {
      if (!(event.target instanceof Node && root.current?.contains(event.target))) setOpen(false);
    };
    document.addEventListener('pointerdown', outside);
    document.addEventListener('focusin', outside);
    return () => {
      document.removeEventListener('pointerdown', outside);
      document.removeEventListener('focusin', outside);
    };
  }, [open]);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it hears the Escape key of the controls inside
    <span
      class="menu"
      ref={root}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !open) return;
        event.stopPropagation();
        setOpen(false);
        root.current?.querySelector('button')?.focus();
      }}
    >
      <button
        type="button"
        class={`button icon ${on ? 'on' : ''}`}
        data-menu={name}
        aria-label={label}
        title={label}
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <Icon name={icon} />
      </button>
      {open ? (
        <fieldset class="menu-panel" aria-label={label}>
          {children()}
        </fieldset>
      ) : null}
    </span>
  );
}
