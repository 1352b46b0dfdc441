import { Dice } from '../chaos/dice.ts';

/** Moments at which a window is killed, along an event's way. */
export const phases = [
  'its first write torn',
  'a group torn',
  'a group not synced',
  'on disk, not sent',
  'sent, not arrived',
  'taken, not answered',
  'answered, not noted',
  'an orphan claimed',
  'an orphan read',
  'an orphan copied',
  'compaction torn',
  'compaction not renamed',
  'compaction renamed',
] as const;
export type Phase = (typeof phases)[number];

/** Those that the gate before the server brings about; the window does the others to itself. */
export const gatePhases: readonly Phase[] = ['sent, not arrived', 'taken, not answered'];

/** Those for which there must be the journal of another window. */
export const orphanPhases: readonly Phase[] = ['an orphan claimed', 'an orphan read', 'an orphan copied'];

/** What is done to a window, and when. */
export interface Aim {
  readonly phase: Phase;
  /** At which time that it comes there, from 1 on. */
  readonly nth: number;
  /** `cut`: the power goes as well. */
  readonly act: 'kill' | 'cut' | 'stop';
  /** The share of what was not synced that is found again after a power cut, 0 to 1. */
  readonly keep: number;
}

/** One window, and how it ends. */
export interface Plan {
  readonly round: number;
  /** For the dice of its own. */
  readonly seed: string;
  /** Null: killed after `lifetime`, wherever it is. */
  readonly aim: Aim | null;
  /** From its first event on, ms. */
  readonly lifetime: number;
  /** Events that it logs at once before it goes on slowly. */
  readonly burst: number;
  /** Chance that a request meets trouble. */
  readonly trouble: number;
  /** Before the first file of another window is claimed, ms. */
  readonly hesitation: number;
  /** Another window dies right before this one and leaves its journal. */
  readonly orphan: boolean;
}

/** Windows of one account whose journals are in one folder, as `draw` makes them. */
export const roundsInGroup = 20;

/** The rounds of a seed: each phase once, in any order, and the others at any moment. */
export function draw(seed: number, rounds: number): Plan[] {
  const dice = new Dice(`kill/${seed}`);
  const bag: (Phase | null)[] = [...phases];
  while (bag.length < roundsInGroup) bag.push(null);
  for (let i = bag.length - 1; i > 0; i -= 1) {
    const j = dice.between(0, i);
    [bag[i], bag[j]] = [bag[j] ?? null, bag[i] ?? null];
  }
  return bag.slice(0, rounds).map((phase, round) => {
    const compacts = phase?.startsWith('compaction') ?? false;
    return {
      ...{ round, seed: `kill/${seed}/${round}` },
      aim: phase && {
        ...{ phase, nth: nthOf(phase, dice), act: dice.chance(0.5) ? 'cut' : 'kill', keep: dice.next() },
      },
      lifetime: dice.between(0, 900),
      burst: compacts ? 300 : dice.pick([0, 0, 0, 40]),
      trouble: compacts ? 0 : dice.pick([0, 0.2, 0.5]),
      hesitation: 0,
      orphan: phase !== null && orphanPhases.includes(phase),
    };
  });
}

/** The first of its kind happens once in a window. */
function nthOf(phase: Phase, dice: Dice): number {
  const often = ['a group torn', 'a group not synced', 'on disk, not sent', ...gatePhases];
  return often.includes(phase) ? dice.between(1, 4) : 1;
}
