import type { Measure, Row } from './rows.ts';
import { measureCatchUp } from './sync/catchUp.ts';
import { measureCost } from './sync/cost.ts';
import { openEmbedded } from './sync/embeddedStack.ts';
import { openFake } from './sync/fakeStack.ts';
import { measureFlood } from './sync/flood.ts';
import { measureIdle } from './sync/idle.ts';
import { measureLatency } from './sync/latency.ts';
import { measureReconnects } from './sync/reconnects.ts';
import type { Stack } from './sync/stack.ts';
import { measureStaleness } from './sync/staleness.ts';

/** Commit to frame of the fake, ms: the quickest that the real server was seen to be. */
const fakeLatency = 12;

interface Part {
  readonly about: string;
  /** On both stacks unless said. */
  readonly only?: Stack['name'];
  readonly measure: (stack: Stack) => Promise<Row[]>;
}

const parts: readonly Part[] = [
  { about: 'latency', measure: measureLatency },
  { about: 'requests and bytes', measure: measureCost },
  { about: 'catching up', measure: measureCatchUp },
  { about: 'a flood of changes', measure: measureFlood },
  { about: 'idle', only: 'embedded', measure: measureIdle },
  { about: 'staleness', only: 'fake', measure: measureStaleness },
  { about: 'reconnects', only: 'fake', measure: measureReconnects },
];

export const measure: Measure = async (say) => {
  const rows: Row[] = [];
  for (const open of [openEmbedded, () => openFake(fakeLatency)]) {
    const stack = await open();
    try {
      for (const { about, only = stack.name, measure } of parts) {
        if (only !== stack.name) continue;
        say(`${stack.name}: ${about}`);
        rows.push(...(await measure(stack)));
      }
    } finally {
      await stack.stop();
    }
  }
  return rows;
};
