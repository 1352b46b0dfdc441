import type { ComponentChildren, JSX } from 'preact';

/** A name and its value in a `dl`. */
export function Fact({ name, children }: { name: string; children: ComponentChildren }): JSX.Element {
  return (
    <div class="fact">
      <dt title={name}>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
