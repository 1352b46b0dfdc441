import type { ComponentChildren, JSX } from 'preact';
import { useDashboard } from '../context.ts';
import type { SectionName } from '../state/uiState.ts';
import { ErrorBoundary } from './ErrorBoundary.tsx';
import { useReveal } from './useReveal.ts';

interface Props {
  readonly name: SectionName;
  readonly title: string;
  /** Rows in the section, when they can be counted. */
  readonly count?: number | null;
  /** What stands at the right of the heading. */
  readonly tools?: ComponentChildren;
  readonly children: ComponentChildren;
}

/** A part of the page that is always there, whatever it has to show. */
export function Section({ name, title, count, tools, children }: Props): JSX.Element {
  const { actions, formats } = useDashboard();
  const element = useReveal<HTMLElement>(name);
  return (
    <section ref={element} class="section" data-section={name} aria-labelledby={`heading-${name}`}>
      <header class="section-header">
        <h2 id={`heading-${name}`}>{title}</h2>
        {count ? <span class="count num">{formats.value.number(count)}</span> : null}
        {tools ? <div class="section-tools">{tools}</div> : null}
      </header>
      <ErrorBoundary onError={(error) => actions.report(`Section ${name}`, error)}>{children}</ErrorBoundary>
    </section>
  );
}
