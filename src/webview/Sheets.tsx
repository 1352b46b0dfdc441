import type { JSX } from 'preact';
import { lazy } from './components/lazy.ts';
import { useDashboard } from './context.ts';

const SyncDetails = lazy(async () => (await import('./details/SyncDetails.tsx')).SyncDetails);

/** The one sheet that is open, if any; each is loaded when it is first opened. */
export function Sheets(): JSX.Element | null {
  const sheet = useDashboard().ui.sheet.value;
  switch (sheet?.kind) {
    case 'sync':
      return <SyncDetails />;
    default:
      return null;
  }
}
