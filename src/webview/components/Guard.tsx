import type { ComponentChildren, JSX } from 'preact';
import { useDashboard } from '../context.ts';
import { ErrorBoundary } from './ErrorBoundary.tsx';

interface Props {
  /** Names it in the log. */
  readonly where: string;
  /** Its name, where no heading tells it. */
  readonly what?: string;
  readonly children: ComponentChildren;
}

/** Keeps a failure inside a part of the page; it is told there, and in the log. */
export function Guard({ where, what, children }: Props): JSX.Element {
  const { actions } = useDashboard();
  return (
    <ErrorBoundary what={what} onError={(error) => actions.report(where, error)}>
      {children}
    </ErrorBoundary>
  );
}
