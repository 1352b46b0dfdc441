import type { DoctorCheckId } from '../../shared/doctor.ts';
import type { L10n } from '../words.ts';
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
  readonly title: (l10n: L10n) => string;
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
  { id: 'url', title: (l10n) => l10n.t('URL'), needs: [], limit, run: checkUrl },
  { id: 'key', title: (l10n) => l10n.t('Key'), needs: ['url'], limit, run: checkKey },
  { id: 'session', title: (l10n) => l10n.t('Session'), needs: ['key'], limit, run: checkSession },
  { id: 'clock', title: (l10n) => l10n.t('Clock'), needs: ['url'], limit, run: checkClock },
  { id: 'tables', title: (l10n) => l10n.t('Tables'), needs: ['session'], limit, run: checkTables },
  {
    id: 'migrations',
    title: (l10n) => l10n.t('Migrations'),
    needs: ['session'],
    limit,
    run: checkMigrations,
  },
  {
    id: 'publication',
    title: (l10n) => l10n.t('Publication'),
    needs: ['session'],
    limit,
    run: checkPublication,
  },
  {
    id: 'replicaIdentity',
    title: (l10n) => l10n.t('Replica identity'),
    needs: ['session'],
    limit,
    run: checkReplicaIdentity,
  },
  {
    id: 'rowSecurity',
    title: (l10n) => l10n.t('Row-level security'),
    needs: ['session'],
    limit,
    run: checkRowSecurity,
  },
  { id: 'triggers', title: (l10n) => l10n.t('Triggers'), needs: ['session'], limit, run: checkTriggers },
  { id: 'numbers', title: (l10n) => l10n.t('Numbers'), needs: ['session'], limit, run: checkNumbers },
  { id: 'realtime', title: (l10n) => l10n.t('Realtime'), needs: ['key'], limit: 60_000, run: checkRealtime },
  {
    id: 'delivery',
    title: (l10n) => l10n.t('Delivery'),
    needs: ['session', 'realtime'],
    limit: 40_000,
    run: checkDelivery,
  },
];
