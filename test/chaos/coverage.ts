import { type EngineEvent, type EngineState, transitions } from '../../src/extension/sync/states.ts';
import type { Survey } from './survey.ts';

/** Ways that no world can lead over, and why. */
const unreachable: ReadonlyMap<string, string> = new Map([]);

/** Ways of the table, and faults, that no seed has met: what a simulation never meets, it does not test. */
export function findBlindSpots(survey: Survey): string[] {
  const states = Object.keys(transitions) as EngineState[];
  const ways = states.flatMap((from) =>
    (Object.entries(transitions[from]) as [EngineEvent, EngineState][])
      .filter(([, to]) => to !== from)
      .map(([event, to]) => `${from} -- ${event} --> ${to}`),
  );
  const missed = ways.filter((way) => !survey.transitions.has(way) && !unreachable.has(way));
  const unmet = [...survey.faults].flatMap(([fault, seeds]) => (seeds === 0 ? [`the fault ${fault}`] : []));
  return [...missed, ...unmet];
}
