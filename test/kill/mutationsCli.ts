import { startBackend } from '../support/backend.ts';
import { findMutant, mutations } from './mutations.ts';

/** Takes each mechanism out of the outbox and prints what notices; answers 1 when nothing does. */
export async function main(): Promise<number> {
  const backend = await startBackend();
  let survivors = 0;
  try {
    for (const mutation of mutations) {
      const found = await findMutant(mutation, backend);
      if (!found) survivors += 1;
      const verdict = found
        ? `seed ${found.seed}: ${found.finding.rule} (${found.finding.detail})`
        : 'SURVIVED';
      console.log(`without ${mutation.name.padEnd(22)}  ${verdict}`);
    }
  } finally {
    await backend.stop();
  }
  return survivors > 0 ? 1 : 0;
}
