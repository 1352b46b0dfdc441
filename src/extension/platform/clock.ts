import { toDisposable } from '../../shared/disposable.ts';
import type { Clock } from '../sync/types.ts';

export const systemClock: Clock = {
  now: Date.now,
  setTimeout(callback, ms) {
    const timer = setTimeout(callback, ms);
    return toDisposable(() => clearTimeout(timer));
  },
};
