import type { ComponentChildren, JSX } from 'preact';
import { t } from '../../shared/l10n.ts';
import type { DashboardCommand } from '../../shared/protocol.ts';
import { useDashboard } from '../context.ts';
import type { Availability } from '../state/views.ts';
import { CommandButton } from './CommandButton.tsx';

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

type Unavailable = Exclude<Availability, 'ready' | 'loading'>;

/** Says of what holds nothing that nothing could be read, with the next step. */
export function Unavailable({ availability }: { availability: Unavailable }): JSX.Element {
  const [command, title] = nextStep(availability);
  return (
    <Empty kind={availability}>
      <span>
        {unavailableWords(availability)}{' '}
        <CommandButton command={command} look="link">
          {title}
        </CommandButton>
      </span>
    </Empty>
  );
}

/** What leads out of it, and the name of that on a button. */
function nextStep(availability: Unavailable): readonly [DashboardCommand, string] {
  switch (availability) {
    case 'signedOut':
      return ['signIn', t('Sign In')];
    case 'noBackend':
      return ['useEmbedded', t('Use Local Backend')];
    case 'offline':
      return ['refresh', t('Try Again')];
    case 'setup':
      return ['runDoctor', t('Run Doctor')];
    default:
      return availability satisfies never;
  }
}

/** The step from nothing to the first run, which brings usage and models as well. */
export function LogRunButton({ look = 'link' }: { look?: 'link' | 'secondary' }): JSX.Element {
  return (
    <CommandButton command="logRun" look={look}>
      {t('Log a Run from Your Script…')}
    </CommandButton>
  );
}

/** The sentence of it, for a chart. */
export function unavailableWords(availability: Unavailable): string {
  switch (availability) {
    case 'signedOut':
      return t('Shown once you are signed in.');
    case 'noBackend':
      return t('Shown once you have chosen a backend.');
    case 'offline':
      return t('Shown as soon as the backend can be reached.');
    case 'setup':
      return t('Shown once the problem is solved.');
    default:
      return availability satisfies never;
  }
}

/** For a section that has nothing of the chosen project; `words` says so of the project's name. */
export function EmptyProject({ words }: { words: (project: string) => string }): JSX.Element | null {
  const { views, actions } = useDashboard();
  const chosen = views.chosen.value;
  if (chosen === null) return null;
  return (
    <>
      {chosen.known ? words(chosen.name) : t('Nothing is shown: the chosen project is not among yours.')}{' '}
      <button type="button" class="button link" onClick={() => actions.chooseProject(null)}>
        {t('Show all projects')}
      </button>
    </>
  );
}

interface BodyProps {
  readonly rows: number;
  readonly empty: ComponentChildren;
  readonly isEmpty: boolean;
  readonly children: () => ComponentChildren;
}

/** Draws the rows of a section, or what stands in for them in its state. */
export function SectionBody({ rows, empty, isEmpty, children }: BodyProps): ComponentChildren {
  const { views } = useDashboard();
  const availability = views.availability.value;
  if (availability === 'loading') return <Skeleton rows={rows} />;
  if (availability !== 'ready') {
    return <Unavailable availability={availability} />;
  }
  return isEmpty ? <Empty kind="empty">{empty}</Empty> : children();
}
