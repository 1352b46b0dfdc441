import type { JSX } from 'preact';
import { t } from '../../shared/l10n.ts';
import { Sheet } from '../components/Sheet.tsx';
import { useDashboard } from '../context.ts';
import { Cost } from './Cost.tsx';
import { Counters } from './Counters.tsx';
import { Doctor } from './Doctor.tsx';
import { Standing } from './Standing.tsx';

/** The sheet beside the dashboard: how sync stands, what it cost and what the Doctor found. */
export function SyncDetails(): JSX.Element {
  const { store } = useDashboard();
  return (
    <Sheet title={t('Sync details')} opener="[data-connection]">
      <p class="visually-hidden" role="status">
        {store.copied.value === null ? '' : t('Copied')}
      </p>
      <Standing />
      <Cost />
      <Doctor />
      <Counters />
    </Sheet>
  );
}
