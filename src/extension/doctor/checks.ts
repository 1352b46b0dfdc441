import type { DoctorCheckId } from '../../shared/doctor.ts';
import { t } from '../../shared/l10n.ts';
import {
  checkMigrations,
  checkNumbers,
  checkPublication,
  checkReplicaIdentity,
  checkRowSecurity,
  checkTriggers,
} from './checks/database.ts';
import { checkClock, checkKey, checkSession, checkUrl } from './checks/reach.ts';
import { checkDelivery, checkRealtime } from './checks/realtime.ts';
import { checkTables } from './checks/tables.ts';
import type { Patient } from './patient.ts';
import type { Verdict } from './verdict.ts';

export interface Check {
  readonly id: DoctorCheckId;
  readonly title: () => string;
  /** What must not have failed. */
  readonly needs: readonly DoctorCheckId[];
  /** Longest time, ms. */
  readonly limit: number;
  /** May reject; then the check has failed. */
  readonly run: (patient: Patient) => Promise<Verdict>;
}

const limit = 20_000;

/** In the order of `doctorChecks`. */
export const checks: readonly Check[] = [
  { id: 'url', title: () => t('URL'), needs: [], limit, run: checkUrl },
  { id: 'key', title: () => t('Key'), needs: ['url'], limit, run: checkKey },
  { id: 'session', title: () => t('Session'), needs: ['key'], limit, run: checkSession },
  { id: 'clock', title: () => t('Clock'), needs: ['url'], limit, run: checkClock },
  { id: 'tables', title: () => t('Tables'), needs: ['session'], limit, run: checkTables },
  {
    id: 'migrations',
    title: () => t('Migrations'),
    needs: ['session'],
    limit,
    run: checkMigrations,
  },
  {
    id: 'publication',
    title: () => t('Publication'),
    needs: ['session'],
    limit,
    run: checkPublication,
  },
  {
    id: 'replicaIdentity',
    title: () => t('Replica identity'),
    needs: ['session'],
    limit,
    run: checkReplicaIdentity,
  },
  {
    id: 'rowSecurity',
    title: () => t('Row-level security'),
    needs: ['session'],
    limit,
    run: checkRowSecurity,
  },
  { id: 'triggers', title: () => t('Triggers'), needs: ['session'], limit, run: checkTriggers },
  { id: 'numbers', title: () => t('Numbers'), needs: ['session'], limit, run: checkNumbers },
  { id: 'realtime', title: () => t('Realtime'), needs: ['key'], limit: 60_000, run: checkRealtime },
  {
    id: 'delivery',
    title: () => t('Delivery'),
    needs: ['session', 'realtime'],
    limit: 40_000,
    run: checkDelivery,
  },
];
