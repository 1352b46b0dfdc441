/** Chance with a seed: mulberry32, the same numbers for the same seed, 0 to 1. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

type Place = Record<string, unknown>;

/**
 * A copy of `value` with one to three of its parts, at any depth, replaced, removed, added, repeated a thousand times,
 * nested deep or led back to the whole: what a message may be that somebody else has made.
 */
export function mutated(value: unknown, random: () => number): unknown {
  const copy: unknown = structuredClone(value);
  const rounds = 1 + Math.floor(random() * 3);
  for (let round = 0; round < rounds; round++) mutate(copy, random);
  return copy;
}

function mutate(whole: unknown, random: () => number): void {
  const pick = <T>(items: readonly T[]) => items[Math.floor(random() * items.length)] as T;
  let place = whole as Place;
  for (;;) {
    const inner = Object.values(place).filter((part) => typeof part === 'object' && part !== null);
    if (inner.length === 0 || random() < 0.3) break;
    place = pick(inner) as Place;
  }
  const key = pick([...Object.keys(place), 'type']);
  const set = (name: string, part: unknown) =>
    Object.defineProperty(place, name, { value: part, enumerable: true, configurable: true, writable: true });
  const change = pick([
    () => set(key, pick(oddities)()),
    () => set(key, pick(oddities)()),
    () => void delete place[key],
    () => set(pick(['__proto__', 'constructor', 'toString', 'id']), pick(oddities)()),
    () =>
      set(
        key,
        Array.from({ length: 1_000 }, () => place[key]),
      ),
    () => set(key, nested(300, place[key])),
    () => set(key, whole),
  ]);
  change();
}

function nested(levels: number, inner: unknown): unknown {
  let value = inner;
  for (let level = 0; level < levels; level++) value = level % 2 ? [value] : { value };
  return value;
}

const oddities: readonly (() => unknown)[] = [
  () => null,
  () => undefined,
  () => '',
  () => '__proto__',
  () => 'x'.repeat(100_000),
  () => 0,
  () => -1,
  () => 1e308,
  () => Number.NaN,
  () => Number.NEGATIVE_INFINITY,
  () => 7n,
  () => true,
  () => [],
  () => [null],
  () => ({}),
  () => ({ id: {} }),
  () => JSON.parse('{"__proto__": {"evil": true}, "constructor": {"prototype": {}}}'),
  () => Object.create(null),
  () => new Date(Number.NaN),
  () => new Map([['id', 1]]),
  () => new ArrayBuffer(8),
];
