import type { TestBackend } from '../support/backend.ts';
import type { Mutation } from '../support/mutant.ts';
import { buildWindow } from './bundle.ts';
import type { Finding } from './chronicle.ts';
import { runGroup } from './group.ts';
import type { Aim, Phase, Plan } from './plan.ts';

export interface OutboxMutation extends Mutation {
  /** What must be found without the mechanism. */
  readonly rule: Finding['rule'];
  /** How the windows end that must meet it: where the mechanism matters, so that a few of them are enough. */
  readonly ends: Partial<Plan>;
}

/** Not before the `nth` time at this moment; what was not synced is gone then. */
const cutAt = (phase: Phase, nth: number): Aim => ({ phase, nth, act: 'cut', keep: 0 });

/** Without each of these an event is lost or doubled, and the rounds must say so. In src/extension. */
export const mutations: readonly OutboxMutation[] = [
  {
    name: 'disk before server',
    file: 'activity/outbox/journal.ts',
    find: 'if (change <= saved || failure) events.push(event);',
    replace: 'events.push(event);',
    rule: 'not on disk',
    ends: { aim: cutAt('sent, not arrived', 4) },
  },
  {
    name: 'acknowledged after 2xx',
    file: 'activity/outbox/outbox.ts',
    find: '      await send(batch);\n',
    replace: '      this.#journal.acknowledge(batch);\n      await send(batch);\n',
    rule: 'lost',
    ends: { aim: cutAt('sent, not arrived', 4), trouble: 0.5 },
  },
  {
    name: 'one id for good',
    file: 'supabase/events.ts',
    find: "'log_ide_sync_events', { events }",
    replace:
      "'log_ide_sync_events', { events: events.map((event) => ({ ...event, id: crypto.randomUUID() })) }",
    rule: 'doubled',
    ends: { aim: cutAt('taken, not answered', 1) },
  },
  {
    name: 'fsync of a group',
    file: 'activity/outbox/nodeFolder.ts',
    find: '      await file.sync();\n',
    replace: '',
    rule: 'lost',
    ends: { aim: cutAt('on disk, not sent', 4) },
  },
  {
    name: 'fsync of a whole file',
    file: 'platform/writeWhole.ts',
    find: '      await handle.sync();\n',
    replace: '',
    rule: 'lost',
    ends: { aim: cutAt('compaction renamed', 1), burst: 300 },
  },
  {
    name: 'copy before removal',
    file: 'activity/outbox/adoption.ts',
    find: 'if (this.#copied.size > 0 && (await journal.save())) await this.removeCopied();',
    replace: 'await this.removeCopied();',
    rule: 'lost',
    ends: { aim: cutAt('its first write torn', 1), orphan: true },
  },
];

const mostSeeds = 10;
const windows = 6;

function draw(seed: number, ends: Partial<Plan>): Plan[] {
  const idle = { aim: null, lifetime: 0, burst: 0, trouble: 0, hesitation: 0, orphan: false };
  return Array.from({ length: windows }, (_, round) => ({
    ...{ ...idle, round, seed: `mutant/${seed}/${round}` },
    ...ends,
  }));
}

/** Runs seeds until one finds what the mutation must lead to; answers which and what, or null. */
export async function findMutant(
  mutation: OutboxMutation,
  backend: TestBackend,
): Promise<{ readonly seed: number; readonly finding: Finding } | null> {
  const script = await buildWindow(mutation);
  for (let seed = 1; seed <= mostSeeds; seed += 1) {
    const { findings } = await runGroup({ seed, backend, script, plans: draw(seed, mutation.ends) });
    const finding = findings.find(({ rule }) => rule === mutation.rule);
    if (finding) return { seed, finding };
  }
  return null;
}
