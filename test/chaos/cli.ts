import { readOptions } from '../../scripts/options.mjs';
import { findBlindSpots } from './coverage.ts';
import { commandFor, replay } from './replay.ts';
import { type Survey, survey } from './survey.ts';

const usage = `npm run test:chaos                                 500 seeds
npm run test:chaos -- --seeds N [--from A]         N seeds, from seed A on (1)
npm run test:chaos -- --seed S                     one seed; if it fails, with the shortest trace that fails`;

/** Whole numbers for which coverage is worth asking about. */
const enoughForCoverage = 500;

/** Runs what the arguments say and prints it; answers the exit status. */
export async function main(args: string[]): Promise<number> {
  const text = { type: 'string' } as const;
  const options = readOptions({ seeds: text, seed: text, from: text }, args);
  const [seeds, seed, from] = [options.seeds ?? '500', options.seed, options.from ?? '1'].map((text) =>
    text === undefined ? undefined : Number(text),
  );
  for (const number of [seeds, seed ?? 0, from])
    if (!Number.isSafeInteger(number) || Number(number) < 0) {
      console.error(`Seeds are whole numbers.\n${usage}`);
      return 2;
    }
  if (seed === undefined) return surveySeeds(from ?? 1, seeds ?? 500);
  const trouble = await replay(seed);
  console.log(trouble ?? `Seed ${seed} holds.`);
  return trouble ? 1 : 0;
}

async function surveySeeds(from: number, seeds: number): Promise<number> {
  const startedAt = performance.now();
  const result = await survey({ from, seeds });
  printSurvey(result, (performance.now() - startedAt) / 1_000);
  const blind = seeds >= enoughForCoverage && result.failed.length === 0 ? findBlindSpots(result) : [];
  for (const spot of blind) console.log(`Never met: ${spot}`);
  const [first] = result.failed;
  if (first) console.log(`\n${await replay(first.seed)}`);
  return first || blind.length > 0 ? 1 : 0;
}

function printSurvey(result: Survey, seconds: number): void {
  const { seeds, virtualHours, requests, worstStaleness } = result;
  console.log(
    `${seeds} seeds, ${virtualHours.toFixed(1)} h of virtual time in ${seconds.toFixed(1)} s; ` +
      `${(requests / virtualHours / 60).toFixed(1)} requests a minute; ` +
      `nothing was missing for longer than ${(worstStaleness / 1_000).toFixed(1)} s of calm`,
  );
  printCounts('faults', result.faults);
  printCounts('ways between states', result.transitions);
  for (const { seed, rule, detail } of result.failed)
    console.log(`FAILED  ${commandFor(seed)}  (${rule}: ${detail})`);
  console.log(`${seeds - result.failed.length} held, ${result.failed.length} failed`);
}

function printCounts(title: string, counts: ReadonlyMap<string, number>): void {
  const sorted = [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
  console.log(`${title}, in so many seeds:\n  ${sorted.map(([name, n]) => `${name} ${n}`).join('\n  ')}`);
}
