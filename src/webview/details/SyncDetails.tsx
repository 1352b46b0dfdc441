import type { JSX } from 'preact';
import { t } from '../../shared/l10n.ts';
import { CopiedStatus } from '../components/CopyButton.tsx';
import { Sheet } from '../components/Sheet.tsx';
import { Cost } from './Cost.tsx';
import { Counters } from './Counters.tsx';
import { Doctor } from './Doctor.tsx';
import { Standing } from './Standing.tsx';

/** The sheet beside the dashboard: how sync stands, what it cost and what the Doctor found. */
export function SyncDetails(): JSX.Element {
  return (
    <Sheet title={t('Sync details')} opener="[data-connection]">
      <CopiedStatus />
      <Standing />
      <Cost />
      <Doctor />
      <Counters />
    </Sheet>
  );
}
