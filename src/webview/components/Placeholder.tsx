import type { ComponentChildren, JSX } from 'preact';
import { useDashboard } from '../context.ts';
import type { Availability } from '../state/views.ts';

/** A sentence in the place of rows: what will appear here and how to make it appear. */
export function Empty({ kind, children }: { kind: string; children: ComponentChildren }): JSX.Element {
  return (
    <div class="empty" data-empty={kind}>
      {children}
    </div>
  );
}

/** Grey bars of the size that the rows will have, so that nothing moves when they come. */
export function Skeleton({ rows, class: className = '' }: { rows: number; class?: string }): JSX.Element {
  return (
    <div class={`skeleton ${className}`} data-skeleton aria-hidden="true">
      {Array.from({ length: rows }, (_, i) => (
        <div class="skeleton-row" key={i}>
          <span class="skeleton-bar" />
        </div>
      ))}
    </div>
  );
}

/** The sentence for a section that holds nothing because nothing could be read; `what` is its noun. */
export function unavailableWords(
  availability: Exclude<Availability, 'ready' | 'loading'>,
  what: string,
): string {
  switch (availability) {
    case 'signedOut':
      return `Sign in to see your ${what}.`;
    case 'noBackend':
      return `Choose a backend to see your ${what}.`;
    case 'offline':
      return 'Shown as soon as the backend can be reached.';
    case 'setup':
      return 'Shown once the set-up problem above is solved.';
    default:
      return availability satisfies never;
  }
}

/** For a section that has nothing of the chosen project; `what` is its plural noun. */
export function EmptyProject({ what }: { what: string }): JSX.Element {
  const { views, actions } = useDashboard();
  const chosen = views.chosen.value;
  return (
    <>
      {chosen?.known === false
        ? `No ${what}: the chosen project is not among yours.`
        : `No ${what} in ${chosen?.name ?? 'this project'}.`}{' '}
      <button type="button" class="button link" onClick={() => actions.chooseProject(null)}>
        Show all projects
      </button>
    </>
  );
}

interface BodyProps {
  readonly what: string;
  readonly rows: number;
  readonly empty: ComponentChildren;
  readonly isEmpty: boolean;
  readonly children: () => ComponentChildren;
}

/** Draws the rows of a section, or what stands in for them in its state. */
export function SectionBody({ what, rows, empty, isEmpty, children }: BodyProps): ComponentChildren {
  const { views } = useDashboard();
  const availability = views.availability.value;
  if (availability === 'loading') return <Skeleton rows={rows} />;
  if (availability !== 'ready') {
    return <Empty kind={availability}>{unavailableWords(availability, what)}</Empty>;
  }
  return isEmpty ? <Empty kind="empty">{empty}</Empty> : children();
}
