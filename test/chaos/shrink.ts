import type { Schedule } from './schedule.ts';
import { simulate } from './simulation.ts';

/** Runs are given up after so many. */
const patience = 600;

/**
 * Leaves actions out as long as the same rule is broken (delta debugging, Zeller and Hildebrandt 2002); what
 * remains cannot be left out one by one, unless `patience` ended first.
 */
export async function shrink(schedule: Schedule, rule: string): Promise<Schedule> {
  let best = schedule;
  let runs = 0;
  const stillFails = async (actions: Schedule['actions']) => {
    runs += 1;
    const { finding } = await simulate({ ...schedule, actions });
    return finding?.rule === rule;
  };
  for (
    let size = Math.ceil(best.actions.length / 2);
    size >= 1;
    size = size === 1 ? 0 : Math.ceil(size / 2)
  ) {
    for (let at = 0; at < best.actions.length && runs < patience; ) {
      const actions = [...best.actions.slice(0, at), ...best.actions.slice(at + size)];
      if (await stillFails(actions)) best = { ...best, actions };
      else at += size;
    }
  }
  return best;
}
