import { EventEmitter } from 'node:events';
import { readdirSync, readlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { instancesOf } from './instances.ts';

/** What a Node process holds, after garbage was collected. */
export interface Census {
  /** Bytes of objects; compiled code and large objects, among them sources, come and go as V8 likes. */
  readonly heap: number;
  /** Bytes of memory. */
  readonly rss: number;
  /** What keeps the process alive, by the names of `process.getActiveResourcesInfo`. */
  readonly resources: Readonly<Record<string, number>>;
  /** Open files and sockets but those of a database, of which PostgreSQL keeps what it once needed; 0 where there is no /proc. */
  readonly descriptors: number;
  /** Timers that run, those too that keep nothing alive. */
  readonly timers: number;
  /** Listeners of all of Node's `EventEmitter`s, the process among them. */
  readonly nodeListeners: number;
  /** Of shared/emitter.ts, and those who listen to them. */
  readonly emitters: number;
  readonly listeners: number;
  /** Of shared/disposable.ts. */
  readonly stores: number;
  /** Who listens to VS Code's own emitters, an extension among them; 0 in other processes. */
  readonly editorListeners: number;
  /** All closures and methods. */
  readonly functions: number;
  /** All of them, functions and plain data included. */
  readonly objects: number;
}

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

export async function takeCensus(): Promise<Census> {
  collect();
  // Finalizers run in between, and let go of more.
  await sleep(20);
  const counts = countObjects();
  // What the counting has left.
  collect();
  return {
    ...counts,
    heap: dataBytes(),
    rss: process.memoryUsage.rss(),
    resources: countNames(process.getActiveResourcesInfo()),
    descriptors: countDescriptors(),
  };
}

function dataBytes(): number {
  return getHeapSpaceStatistics()
    .filter(({ space_name }) => space_name === 'new_space' || space_name === 'old_space')
    .reduce((sum, { space_used_size }) => sum + space_used_size, 0);
}

function countNames(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

function countDescriptors(): number {
  try {
    return readdirSync('/proc/self/fd').filter((name) => !isOfDatabase(name)).length;
  } catch {
    return 0;
  }
}

function isOfDatabase(descriptor: string): boolean {
  try {
    return /\/postgres\/(base|global|pg_\w+)\//.test(readlinkSync(`/proc/self/fd/${descriptor}`));
  } catch {
    // The one that these were read by is closed.
    return false;
  }
}

const timerPrototype: object = Object.getPrototypeOf(setTimeout(() => {}, 0));

interface Shaped {
  readonly prototype: object;
}
interface Counting {
  readonly listenerCount: number;
}

interface Listened {
  readonly hasListeners?: unknown;
}

/** From one look at the heap: each takes several collections. */
function countObjects() {
  const objects = instancesOf(Object.prototype);
  const classes = objects.filter(isClass);
  const of = (kinds: readonly Shaped[]) => {
    const prototypes = new Set(kinds.map(({ prototype }) => prototype));
    return objects.filter((object) => prototypes.has(Object.getPrototypeOf(object)));
  };
  const emitters = of(classes.filter(looksLikeEmitter)) as readonly Counting[];
  const editorEmitters = objects.filter(isEditorEmitter);
  const timers = of([{ prototype: timerPrototype }]) as readonly { readonly _destroyed: boolean }[];
  return {
    functions: objects.filter((object) => typeof object === 'function').length,
    timers: timers.filter(({ _destroyed }) => !_destroyed).length,
    nodeListeners: sum(
      objects.filter((object) => object instanceof EventEmitter),
      listenersOf,
    ),
    emitters: emitters.length,
    listeners: sum(emitters, ({ listenerCount }) => listenerCount),
    stores: of(classes.filter(looksLikeStore)).length,
    editorListeners: sum(editorEmitters, ({ _size }) => _size),
    objects: objects.length,
  };
}

function isClass(value: unknown): value is Shaped {
  if (typeof value !== 'function') return false;
  const prototype: unknown = Object.getOwnPropertyDescriptor(value, 'prototype')?.value;
  return typeof prototype === 'object' && prototype !== null;
}

/** Minified, our classes have no names; those of their public members stay. */
const looksLikeEmitter = ({ prototype }: Shaped) => has(prototype, ['listenerCount'], ['fire', 'dispose']);
const looksLikeStore = ({ prototype }: Shaped) =>
  has(prototype, ['isDisposed'], ['add', 'delete', 'dispose']) && !Object.hasOwn(prototype, 'clear');

/** Of VS Code's `Emitter` or a class derived from it, which keep how many listen. */
function isEditorEmitter(value: unknown): value is { readonly _size: number } {
  return (
    Object.hasOwn(value as object, '_size') && typeof (value as object & Listened).hasListeners === 'function'
  );
}

function has(prototype: object, getters: readonly string[], methods: readonly string[]): boolean {
  const member = (name: string) => Object.getOwnPropertyDescriptor(prototype, name);
  return (
    getters.every((name) => member(name)?.get) &&
    methods.every((name) => typeof member(name)?.value === 'function')
  );
}

function listenersOf(emitter: EventEmitter & { readonly _events?: object }): number {
  // A prototype is found as well, though it was never constructed.
  return emitter._events ? sum(emitter.eventNames(), (name) => emitter.listenerCount(name)) : 0;
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
