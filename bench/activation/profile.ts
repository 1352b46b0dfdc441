import { Session } from 'node:inspector/promises';

/** Between two samples, µs. */
const interval = 500;

/** What `node:inspector` answers, as far as it is read here. */
export interface Profile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly url: string };
    readonly children?: readonly number[] | undefined;
  }[];
  /** Ids of nodes. */
  readonly samples?: readonly number[] | undefined;
  /** µs before each sample. */
  readonly timeDeltas?: readonly number[] | undefined;
}

/** Samples this thread for so many ms. */
export async function profile(ms: number): Promise<Profile> {
  const session = new Session();
  session.connect();
  try {
    await session.post('Profiler.enable');
    await session.post('Profiler.setSamplingInterval', { interval });
    await session.post('Profiler.start');
    await new Promise((resolve) => setTimeout(resolve, ms));
    return (await session.post('Profiler.stop')).profile;
  } finally {
    session.disconnect();
  }
}

/** How long code of files with `part` in their URL was on the stack, itself or as a caller of what ran, ms. */
export function timeWithin({ nodes, samples = [], timeDeltas = [] }: Profile, part: string): number {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const within = new Set<number>();
  const add = (id: number): void => {
    within.add(id);
    for (const child of byId.get(id)?.children ?? []) add(child);
  };
  for (const { id, callFrame } of nodes) if (callFrame.url.includes(part) && !within.has(id)) add(id);
  return samples.reduce((sum, id, i) => sum + (within.has(id) ? (timeDeltas[i] ?? 0) : 0), 0) / 1_000;
}
