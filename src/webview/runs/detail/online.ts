import type { Store } from '../../state/store.ts';

/** True while the host reaches the backend, so that a request has a chance. */
export function isOnline(store: Store): boolean {
  const state = store.status.value?.state;
  return state === 'live' || state === 'polling' || state === 'catchingUp';
}
