import type { ComponentChildren, JSX } from 'preact';
import { useDashboard } from '../context.ts';
import { ErrorBoundary } from './ErrorBoundary.tsx';

interface Props {
  /** What cannot be drawn when something in it fails, as the beginning of a sentence. */
  readonly what: string;
  readonly children: ComponentChildren;
}

/** Keeps a failure inside a part of the page; it is told there, and in the log. */
export function Guard({ what, children }: Props): JSX.Element {
  const { actions } = useDashboard();
  return (
    <ErrorBoundary what={what} onError={(error) => actions.report(what, error)}>
      {children}
    </ErrorBoundary>
  );
}
