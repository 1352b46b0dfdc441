import { t } from '../../shared/l10n.ts';
import type { DashboardStatus } from '../../shared/protocol.ts';

/** Why projects cannot be changed just now, or null when they can. */
export function blockedWords(status: DashboardStatus | null): string | null {
  const unconnected = t('Projects can be changed once the backend is connected.');
  if (!status) return unconnected;
  switch (status.state) {
    case 'live':
    case 'polling':
    case 'catchingUp':
      return null;
    case 'offline':
      return t('Offline: projects can be changed once the backend can be reached.');
    case 'signedOut':
      return status.backend ? t('Sign in to change projects.') : t('Choose a backend to change projects.');
    case 'setup':
      return t('Projects can be changed once the problem is solved.');
    case 'connecting':
      return unconnected;
    default:
      return status.state satisfies never;
  }
}
