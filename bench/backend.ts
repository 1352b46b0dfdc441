import { measureMemory } from './backend/memory.ts';
import { measureSizes } from './backend/sizes.ts';
import { measureStarts } from './backend/starts.ts';
import type { Measure } from './rows.ts';

/** How soon the embedded backend is there, and what it takes of the machine. */
export const measure: Measure = async (say) => {
  say('starts, new and existing folders in turns');
  const starts = await measureStarts();
  say('memory');
  const memory = await measureMemory();
  return [...starts, ...memory, ...(await measureSizes())];
};
