import type { Change } from './store.ts';

/** What a fake server does wrong; all times in ms. `quiet` is a server that does nothing wrong. */
export interface Faults {
  /** A WebSocket request is let in, never answered, cut, or answered with this HTTP status as a company's proxy does. */
  upgrade: 'accept' | 'hang' | 'cut' | number;
  upgradeDelay: number;
  /** A function of the database is answered with this HTTP status; null answers it. */
  http: number | null;
  /** Reason that a join with this token is refused with, after the server's deliberate pause; null lets it in. */
  refuseJoin: (token: string | null) => string | null;
  /** From a join to its answer; Infinity for never. */
  joinDelay: number;
  /** Message of the `system` error that each join's bindings are refused with; the channel stays joined. */
  refuseBindings: string | null;
  /** From the answer to `system` ok; Infinity for never. */
  armDelay: number;
  /** From `system` ok to the stream: what is committed before is never sent. */
  streamDelay: number;
  /** Nothing committed is sent, and nobody is told. */
  deaf: boolean;
  /** From commit to frame. */
  latency: number;
  /** How often each change is sent. */
  copies: number;
  /** So many changes wait for each other, 100 ms at most, and go out in reverse order. */
  reverse: number;
  /** Whether a change is lost; `n` counts the changes since the server's start, from 1. */
  drops: (n: number, change: Change) => boolean;
  /** What is different in the `data` of a change: `errors`, a stub for `record`. */
  distort: (change: Change) => Readonly<Record<string, unknown>>;
  /** Columns that updates are sent without, as unchanged TOAST values are. */
  omit: readonly string[];
  /** Whether a heartbeat is answered; `n` counts them since the server's start, from 1. */
  answersHeartbeat: (n: number) => boolean;
}

export function quiet(): Faults {
  return {
    upgrade: 'accept',
    upgradeDelay: 0,
    http: null,
    refuseJoin: () => null,
    joinDelay: 0,
    refuseBindings: null,
    armDelay: 0,
    streamDelay: 0,
    deaf: false,
    latency: 0,
    copies: 1,
    reverse: 1,
    drops: () => false,
    distort: () => ({}),
    omit: [],
    answersHeartbeat: () => true,
  };
}
