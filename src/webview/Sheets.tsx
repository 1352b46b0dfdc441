import type { JSX } from 'preact';
import { lazy } from './components/lazy.ts';
import { useDashboard } from './context.ts';

const SyncDetails = lazy(async () => (await import('./details/SyncDetails.tsx')).SyncDetails);
const RunDetail = lazy(async () => (await import('./runs/detail/RunDetail.tsx')).RunDetail);
const Compare = lazy(async () => (await import('./runs/compare/Compare.tsx')).Compare);

/** The one sheet that is open, if any; each is loaded when it is first opened. */
export function Sheets(): JSX.Element | null {
  const sheet = useDashboard().ui.sheet.value;
  switch (sheet?.kind) {
    case 'sync':
      return <SyncDetails />;
    case 'run':
      return <RunDetail key={sheet.id} id={sheet.id} />;
    case 'compare':
      return <Compare />;
    default:
      return null;
  }
}
