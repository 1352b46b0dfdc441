import type { ComponentChildren, JSX } from 'preact';

interface Props {
  readonly name: string;
  readonly title: string;
  readonly tools?: ComponentChildren;
  readonly children: ComponentChildren;
}

/** One part of the sheet under its heading. */
export function Part({ name, title, tools, children }: Props): JSX.Element {
  return (
    <section class="sheet-part" data-details={name} aria-labelledby={`details-${name}`}>
      <header class="sheet-part-header">
        <h3 id={`details-${name}`}>{title}</h3>
        {tools}
      </header>
      {children}
    </section>
  );
}
