import type { HTMLAttributes, JSX } from 'preact';

type Name = { readonly 'aria-label': string } | { readonly 'aria-labelledby': string };
type Props = Name & Pick<HTMLAttributes<HTMLDivElement>, 'class' | 'children' | 'onScroll'>;

/**
 * An area that scrolls by itself. Keys reach it, to scroll it, and screen readers say what it holds; as a group, not as a
 * landmark, because there may be many.
 */
export function ScrollArea(props: Props): JSX.Element {
  // biome-ignore lint/a11y/useSemanticElements: a fieldset is for the controls of a form
  // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling area must be reachable by keyboard
  return <div role="group" tabIndex={0} {...props} />;
}
