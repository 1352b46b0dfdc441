import { drawSchedule } from './schedule.ts';
import { shrink } from './shrink.ts';
import { simulate } from './simulation.ts';

/** The command that shows what a seed does. */
export function commandFor(seed: number): string {
  return `npm run test:chaos -- --seed ${seed}`;
}

/** Runs one seed; when it fails, says what was broken with the least that breaks it, else null. */
export async function replay(seed: number): Promise<string | null> {
  const schedule = drawSchedule(seed);
  const { finding } = await simulate(schedule);
  if (!finding) return null;
  const least = await shrink(schedule, finding.rule);
  const verdict = await simulate(least, true);
  return [
    `Seed ${seed} breaks the rule "${finding.rule}": ${finding.detail}`,
    `Settings: ${JSON.stringify(schedule.settings)}`,
    `The least that breaks it, ${least.actions.length} of ${schedule.actions.length} actions:`,
    ...verdict.trace,
    `Again: ${commandFor(seed)}`,
  ].join('\n');
}
