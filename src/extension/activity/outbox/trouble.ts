import type { Problem } from '../../../shared/status.ts';

/** Why editor events wait, or may be lost or were; times are ms since 1970 on this machine's clock. */
export type Trouble =
  /** The disk takes none: what is not sent yet is lost if the window ends. `detail` is what the system said. */
  | { readonly kind: 'storage'; readonly since: number; readonly detail: string }
  /** No batch gets through; the next attempt is at `retryAt`. `problem` says why: offline, the session, the server. */
  | {
      readonly kind: 'sending';
      readonly since: number;
      readonly retryAt: number;
      readonly problem: Problem;
    }
  /** So many lines in the journals of windows that have ended could not be read, and are lost. */
  | { readonly kind: 'damaged'; readonly lines: number };
