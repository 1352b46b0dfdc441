import type { ComponentChildren, JSX, Ref } from 'preact';

interface Props {
  readonly name: string;
  readonly title: string;
  readonly tools?: ComponentChildren;
  readonly element?: Ref<HTMLElement>;
  readonly children: ComponentChildren;
}

/** One part of the sheet under its heading. */
export function Part({ name, title, tools, element, children }: Props): JSX.Element {
  return (
    <section ref={element ?? null} class="sheet-part" data-details={name} aria-labelledby={`details-${name}`}>
      <header class="sheet-part-header">
        <h3 id={`details-${name}`}>{title}</h3>
        {tools}
      </header>
      {children}
    </section>
  );
}
