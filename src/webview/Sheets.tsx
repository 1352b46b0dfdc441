import type { JSX } from 'preact';
import { Guard } from './components/Guard.tsx';
import { lazy } from './components/lazy.ts';
import { useDashboard } from './context.ts';
import type { Sheet as OpenSheet } from './state/uiState.ts';

const SyncDetails = lazy(async () => (await import('./sheets.ts')).SyncDetails);
const RunDetail = lazy(async () => (await import('./sheets.ts')).RunDetail);
const Compare = lazy(async () => (await import('./sheets.ts')).Compare);

/** The one sheet that is open, if any; each is loaded when it is first opened. */
export function Sheets(): JSX.Element | null {
  const { sheet: opened } = useDashboard().ui;
  const sheet = opened.value;
  if (sheet === null) return null;
  return (
    <div class="sheet-place" key={sheet.kind === 'run' ? sheet.id : sheet.kind}>
      <Guard where="Sheet">{contentOf(sheet)}</Guard>
    </div>
  );
}

function contentOf(sheet: OpenSheet): JSX.Element {
  switch (sheet.kind) {
    case 'sync':
      return <SyncDetails />;
    case 'run':
      return <RunDetail id={sheet.id} />;
    case 'compare':
      return <Compare />;
    default:
      return sheet satisfies never;
  }
}
