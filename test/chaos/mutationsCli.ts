import { buildMutant, mutations } from './mutations.ts';
import { survey } from './survey.ts';

const mostSeeds = 500;

/** Takes each mechanism out of the engine and prints what notices; answers 1 when nothing does, or when the whole engine fails. */
export async function main(): Promise<number> {
  let needed = 0;
  let survivors = 0;
  for (const mutation of mutations) {
    const worker = await buildMutant(mutation);
    const { failed } = await survey({ from: 1, seeds: mostSeeds, enough: 1, worker });
    const [first] = failed;
    needed = Math.max(needed, first?.seed ?? mostSeeds);
    if (!first) survivors += 1;
    const verdict = first
      ? `seed ${first.seed}: ${first.rule} (${first.detail})`
      : `SURVIVED ${mostSeeds} seeds`;
    console.log(`without ${mutation.name.padEnd(22)}${verdict}`);
  }
  const { failed } = await survey({ from: 1, seeds: needed });
  console.log(`the whole engine          ${needed} seeds, ${failed.length} failed`);
  return survivors + failed.length > 0 ? 1 : 0;
}
