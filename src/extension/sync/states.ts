/**
 * The states of the connection and every way between them.
 *
 *   SignedOut --signIn--> Authing --token--> Connecting --joined--> Arming --armed--> CatchingUp --canary--> Live
 *                          ^   |                 |                    |               ^   ^  |               | |
 *                    retry |   | tokenFailed     | refused, closed    | armTimeout    |   |  | canaryMissing | |
 *                    wake  |   v                 v                    v               |   |  v               | |
 *                          +-- Backoff <---------+--------------------+---------------|---|--+               | |
 *                                 ^                                                   |   +------- doubt ----+ |
 *                                 |                                              pong |                        |
 *                                 +---------- probeTimeout, refused, closed ------ Suspect <-- wake, unreachable
 *
 *   Live --lossy--> Lossy --quiet--> CatchingUp; what leads from Live to Suspect and Backoff leads there from Lossy too
 *
 *   wake leads from Connecting and Arming to Authing: the socket may be dead, and the token has aged.
 *   signOut leads from anywhere to SignedOut; refused and closed lead to Backoff from wherever a channel is.
 *   Only `canary` leads to Live: nothing is believed live on faith.
 */
export type EngineState =
  | 'SignedOut'
  | 'Authing'
  | 'Connecting'
  | 'Arming'
  | 'CatchingUp'
  | 'Live'
  /** The stream runs, but the server drops events: three gaps in 10 s. */
  | 'Lossy'
  | 'Suspect'
  | 'Backoff';

export type EngineEvent =
  /** Somebody may be signed in. */
  | 'signIn'
  /** Nobody is, or somebody else. */
  | 'signOut'
  | 'token'
  | 'tokenFailed'
  /** The server accepted the join. */
  | 'joined'
  /** The server says that it has subscribed to the database. */
  | 'armed'
  | 'armTimeout'
  /** The canary came back over the socket and everything before it is in the replica. */
  | 'canary'
  | 'canaryMissing'
  /** A pull found a change that the socket should have brought. */
  | 'doubt'
  /** Three gaps within 10 s that only a pull could close. */
  | 'lossy'
  /** No more of them for 10 s. */
  | 'quiet'
  /** A pull failed. */
  | 'unreachable'
  /** This machine slept. */
  | 'wake'
  | 'pong'
  | 'probeTimeout'
  /** The join, or a binding, was refused. */
  | 'refused'
  /** The channel or the socket is gone. */
  | 'closed'
  /** The wait before the next attempt is over. */
  | 'retry';

type Transitions = { readonly [S in EngineState]: { readonly [E in EngineEvent]: EngineState } };

/** Where each event leads from each state; total, so the compiler asks about every new state and event. */
export const transitions: Transitions = {
  SignedOut: {
    signIn: 'Authing',
    signOut: 'SignedOut',
    token: 'SignedOut',
    tokenFailed: 'SignedOut',
    joined: 'SignedOut',
    armed: 'SignedOut',
    armTimeout: 'SignedOut',
    canary: 'SignedOut',
    canaryMissing: 'SignedOut',
    doubt: 'SignedOut',
    lossy: 'SignedOut',
    quiet: 'SignedOut',
    unreachable: 'SignedOut',
    wake: 'SignedOut',
    pong: 'SignedOut',
    probeTimeout: 'SignedOut',
    refused: 'SignedOut',
    closed: 'SignedOut',
    retry: 'SignedOut',
  },
  Authing: {
    signIn: 'Authing',
    signOut: 'SignedOut',
    token: 'Connecting',
    tokenFailed: 'Backoff',
    joined: 'Authing',
    armed: 'Authing',
    armTimeout: 'Authing',
    canary: 'Authing',
    canaryMissing: 'Authing',
    doubt: 'Authing',
    lossy: 'Authing',
    quiet: 'Authing',
    unreachable: 'Authing',
    wake: 'Authing',
    pong: 'Authing',
    probeTimeout: 'Authing',
    refused: 'Authing',
    closed: 'Authing',
    retry: 'Authing',
  },
  Connecting: {
    signIn: 'Connecting',
    signOut: 'SignedOut',
    token: 'Connecting',
    tokenFailed: 'Connecting',
    joined: 'Arming',
    armed: 'CatchingUp',
    armTimeout: 'Backoff',
    canary: 'Connecting',
    canaryMissing: 'Connecting',
    doubt: 'Connecting',
    lossy: 'Connecting',
    quiet: 'Connecting',
    unreachable: 'Connecting',
    wake: 'Authing',
    pong: 'Connecting',
    probeTimeout: 'Connecting',
    refused: 'Backoff',
    closed: 'Backoff',
    retry: 'Connecting',
  },
  Arming: {
    signIn: 'Arming',
    signOut: 'SignedOut',
    token: 'Arming',
    tokenFailed: 'Arming',
    joined: 'Arming',
    armed: 'CatchingUp',
    armTimeout: 'Backoff',
    canary: 'Arming',
    canaryMissing: 'Arming',
    doubt: 'Arming',
    lossy: 'Arming',
    quiet: 'Arming',
    unreachable: 'Arming',
    wake: 'Authing',
    pong: 'Arming',
    probeTimeout: 'Arming',
    refused: 'Backoff',
    closed: 'Backoff',
    retry: 'Arming',
  },
  CatchingUp: {
    signIn: 'CatchingUp',
    signOut: 'SignedOut',
    token: 'CatchingUp',
    tokenFailed: 'CatchingUp',
    joined: 'CatchingUp',
    armed: 'CatchingUp',
    armTimeout: 'CatchingUp',
    canary: 'Live',
    canaryMissing: 'Backoff',
    doubt: 'CatchingUp',
    lossy: 'CatchingUp',
    quiet: 'CatchingUp',
    unreachable: 'CatchingUp',
    wake: 'Suspect',
    pong: 'CatchingUp',
    probeTimeout: 'CatchingUp',
    refused: 'Backoff',
    closed: 'Backoff',
    retry: 'CatchingUp',
  },
  Live: {
    signIn: 'Live',
    signOut: 'SignedOut',
    token: 'Live',
    tokenFailed: 'Live',
    joined: 'Live',
    armed: 'Live',
    armTimeout: 'Live',
    canary: 'Live',
    canaryMissing: 'Live',
    doubt: 'CatchingUp',
    lossy: 'Lossy',
    quiet: 'Live',
    unreachable: 'Suspect',
    wake: 'Suspect',
    pong: 'Live',
    probeTimeout: 'Live',
    refused: 'Backoff',
    closed: 'Backoff',
    retry: 'Live',
  },
  Lossy: {
    signIn: 'Lossy',
    signOut: 'SignedOut',
    token: 'Lossy',
    tokenFailed: 'Lossy',
    joined: 'Lossy',
    armed: 'Lossy',
    armTimeout: 'Lossy',
    canary: 'Lossy',
    canaryMissing: 'Lossy',
    doubt: 'Lossy',
    lossy: 'Lossy',
    quiet: 'CatchingUp',
    unreachable: 'Suspect',
    wake: 'Suspect',
    pong: 'Lossy',
    probeTimeout: 'Lossy',
    refused: 'Backoff',
    closed: 'Backoff',
    retry: 'Lossy',
  },
  Suspect: {
    signIn: 'Suspect',
    signOut: 'SignedOut',
    token: 'Suspect',
    tokenFailed: 'Suspect',
    joined: 'Suspect',
    armed: 'Suspect',
    armTimeout: 'Suspect',
    canary: 'Suspect',
    canaryMissing: 'Suspect',
    doubt: 'Suspect',
    lossy: 'Suspect',
    quiet: 'Suspect',
    unreachable: 'Suspect',
    wake: 'Suspect',
    pong: 'CatchingUp',
    probeTimeout: 'Backoff',
    refused: 'Backoff',
    closed: 'Backoff',
    retry: 'Suspect',
  },
  Backoff: {
    signIn: 'Authing',
    signOut: 'SignedOut',
    token: 'Backoff',
    tokenFailed: 'Backoff',
    joined: 'Backoff',
    armed: 'Backoff',
    armTimeout: 'Backoff',
    canary: 'Backoff',
    canaryMissing: 'Backoff',
    doubt: 'Backoff',
    lossy: 'Backoff',
    quiet: 'Backoff',
    unreachable: 'Backoff',
    wake: 'Authing',
    pong: 'Backoff',
    probeTimeout: 'Backoff',
    refused: 'Backoff',
    closed: 'Backoff',
    retry: 'Authing',
  },
};
