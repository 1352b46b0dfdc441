import type { RowChange } from '../../shared/changes.ts';
import { type Disposable, DisposableStore, toDisposable } from '../../shared/disposable.ts';
import type { Table } from '../../shared/model.ts';
import type { TableMaps } from '../../shared/patch.ts';
import type { SyncHost } from './syncHost.ts';
import type { EngineStatus, Sync } from './types.ts';

/** Hears each change of a row of one table. What it throws is logged and harms nobody else. */
export type ChangeHandler<T extends Table> = (change: RowChange<T>) => void;
/** Ends a subscription; calling it again does nothing. */
export type Unsubscribe = () => void;

/** The handlers of `subscribeToAllUpdates`; any subset, at least one. */
export interface AllHandlers {
  readonly usageTracking?: ChangeHandler<'usage_tracking'>;
  readonly subscription?: ChangeHandler<'subscriptions'>;
  readonly ideSyncEvents?: ChangeHandler<'ide_sync_events'>;
  readonly models?: ChangeHandler<'models'>;
  readonly trainingRuns?: ChangeHandler<'training_runs'>;
  readonly projects?: ChangeHandler<'projects'>;
}

/**
 * The public sync functions. All of them are doors onto one engine with one channel: it opens with the first
 * subscription and closes with the last. Changes are told for `userId` only, while that user is signed in; a
 * subscription made earlier starts by itself, and outlasts a sign-out.
 *
 * Whatever brought a change, it is told in the same form: `{ eventType, table, new, old, seq, source }`. Each
 * subscription is told the rows that are held as INSERTs first, whoever opened the engine, but never before it has
 * returned. What a pull brings is told as the differences it made. Several changes of one row within 50 ms are told as
 * one.
 *
 * Each function throws a `TypeError` when `userId` is not a UUID or a handler is not a function.
 */
export interface SyncFunctions<L> {
  /** Tells how much of each metric was used on each day. */
  subscribeToUsageTracking(userId: string, onChange: ChangeHandler<'usage_tracking'>): Unsubscribe;
  /** Tells changes of the plan. */
  subscribeToSubscriptionUpdates(userId: string, onChange: ChangeHandler<'subscriptions'>): Unsubscribe;
  /** Tells what editors of this account reported. */
  subscribeToIDESyncEvents(userId: string, onChange: ChangeHandler<'ide_sync_events'>): Unsubscribe;
  /** Tells changes of model versions. */
  subscribeToModelsUpdates(userId: string, onChange: ChangeHandler<'models'>): Unsubscribe;
  /** Tells changes of training runs. */
  subscribeToTrainingRunsUpdates(userId: string, onChange: ChangeHandler<'training_runs'>): Unsubscribe;
  /** Tells changes of projects. */
  subscribeToProjectsUpdates(userId: string, onChange: ChangeHandler<'projects'>): Unsubscribe;
  /** Tells changes of every table that a handler is given for, over the same one channel. */
  subscribeToAllUpdates(userId: string, handlers: AllHandlers): Unsubscribe;
  /** Puts an editor event in the outbox. */
  readonly logSyncEvent: L;
}

const tableOf = {
  usageTracking: 'usage_tracking',
  subscription: 'subscriptions',
  ideSyncEvents: 'ide_sync_events',
  models: 'models',
  trainingRuns: 'training_runs',
  projects: 'projects',
} as const satisfies Record<keyof AllHandlers, Table>;

type AnyHandler = (change: RowChange) => void;
type HandlersByTable = ReadonlyMap<Table, AnyHandler>;

/** Makes the eight public functions; `onError` hears what handlers throw. */
export function createSyncFunctions<L>(
  host: SyncHost,
  logSyncEvent: L,
  onError: (error: unknown) => void = () => {},
): SyncFunctions<L> {
  const one =
    <T extends Table>(table: T, name: string) =>
    (userId: string, onChange: ChangeHandler<T>): Unsubscribe => {
      checkUser(name, userId);
      checkHandler(name, 'onChange', onChange);
      return subscribe(host, userId, new Map([[table, onChange as AnyHandler]]), onError);
    };
  return {
    subscribeToUsageTracking: one('usage_tracking', 'subscribeToUsageTracking'),
    subscribeToSubscriptionUpdates: one('subscriptions', 'subscribeToSubscriptionUpdates'),
    subscribeToIDESyncEvents: one('ide_sync_events', 'subscribeToIDESyncEvents'),
    subscribeToModelsUpdates: one('models', 'subscribeToModelsUpdates'),
    subscribeToTrainingRunsUpdates: one('training_runs', 'subscribeToTrainingRunsUpdates'),
    subscribeToProjectsUpdates: one('projects', 'subscribeToProjectsUpdates'),
    subscribeToAllUpdates: (userId, handlers) => {
      checkUser('subscribeToAllUpdates', userId);
      return subscribe(host, userId, readHandlers(handlers), onError);
    },
    logSyncEvent,
  };
}

function subscribe(
  host: SyncHost,
  userId: string,
  handlers: HandlersByTable,
  onError: (error: unknown) => void,
): Unsubscribe {
  const store = new DisposableStore();
  let following: Disposable | null = null;
  const tell = (changes: readonly RowChange[]) => {
    for (const change of changes) {
      // A handler may end the subscription in the middle of a batch.
      if (store.isDisposed) return;
      try {
        handlers.get(change.table)?.(change);
      } catch (error) {
        onError(error);
      }
    }
  };
  const follow = () => {
    following?.dispose();
    const { current } = host;
    following = current?.userId === userId ? followSync(current.sync, handlers.keys(), tell) : null;
  };
  store.add(toDisposable(() => following?.dispose()));
  store.add(host.onDidChange(follow));
  store.add(host.hold({ awaitsRuns: handlers.has('training_runs') }));
  follow();
  return () => store.dispose();
}

/** Tells what is held as found, then each change of it; what is held of last time only when a pull has made it right. */
function followSync(
  sync: Sync,
  of: Iterable<Table>,
  tell: (changes: readonly RowChange[]) => void,
): Disposable {
  const { replica } = sync;
  const wanted = [...of];
  let isOwed = true;
  const tellHeld = ({ cached }: Pick<EngineStatus, 'cached'>) => {
    if (cached) isOwed = true;
    else if (isOwed) {
      isOwed = false;
      tell(wanted.flatMap((table) => found(table, replica.tables)));
    }
  };
  const store = new DisposableStore();
  store.add(
    replica.onDidChange(({ changes }) => {
      if (!isOwed) tell(changes);
    }),
  );
  store.add(sync.onDidChangeStatus(tellHeld));
  // A handler may want to end its subscription, which whoever subscribes does not have yet.
  queueMicrotask(() => store.isDisposed || tellHeld(sync.status));
  return store;
}

function found<T extends Table>(table: T, maps: TableMaps): RowChange[] {
  const told = { eventType: 'INSERT', table, old: null, source: 'pull' } as const;
  return Array.from(maps[table].values(), (row) => ({ ...told, new: row, seq: row.sync_seq }) as RowChange);
}

function readHandlers(handlers: AllHandlers): HandlersByTable {
  const name = 'subscribeToAllUpdates';
  if (typeof handlers !== 'object' || handlers === null)
    throw new TypeError(`${name}: handlers must be an object of functions.`);
  const known: Readonly<Record<string, Table>> = tableOf;
  const byTable = new Map<Table, AnyHandler>();
  for (const [key, handler] of Object.entries(handlers)) {
    const table = Object.hasOwn(known, key) ? known[key] : undefined;
    if (!table) throw new TypeError(`${name}: "${key}" is not one of ${Object.keys(tableOf).join(', ')}.`);
    if (handler === undefined) continue;
    checkHandler(name, key, handler);
    byTable.set(table, handler as AnyHandler);
  }
  if (byTable.size === 0) throw new TypeError(`${name}: give at least one handler.`);
  return byTable;
}

const uuidPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function checkUser(name: string, userId: unknown): void {
  if (typeof userId !== 'string' || !uuidPattern.test(userId))
    throw new TypeError(`${name}: userId must be the UUID of a user.`);
}

function checkHandler(name: string, key: string, handler: unknown): void {
  if (typeof handler !== 'function') throw new TypeError(`${name}: ${key} must be a function.`);
}
