// The process of one benchmark, which its argument names: tells the one that started it the figures, or what went wrong.
import { exitOnSignals } from '../scripts/vscodeHost/processGroup.ts';
import type { Told } from './apart.ts';
import { benchmarks } from './benchmarks.ts';

exitOnSignals();
process.on('disconnect', () => process.exit(1));
process.send?.(await measure(), () => process.exit(0));

async function measure(): Promise<Told> {
  const name = process.argv[2];
  const benchmark = benchmarks.find((one) => one.name === name);
  if (!benchmark) return { error: `There is no benchmark "${name}".` };
  try {
    const loaded = await benchmark.load();
    return { rows: await loaded.measure((line) => console.error(`${name}: ${line}`)) };
  } catch (error) {
    console.error(error);
    return { error: error instanceof Error ? error.message : String(error) };
  }
}
