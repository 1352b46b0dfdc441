import { parseArgs } from 'node:util';
import { type Benchmark, benchmarks } from './benchmarks.ts';
import { table } from './rows.ts';

/**
 * Runs the benchmark that `args` name and prints its rows: with `--json` one line with one JSON array, else a table.
 * @returns The exit status: 0 when everything was measured, whether or not the goals are held.
 */
export async function runBenchmark(args: readonly string[]): Promise<number> {
  const [benchmark, json] = readArguments(args) ?? [];
  if (!benchmark) return args.length === 0 ? 0 : 2;
  const { measure } = await benchmark.load();
  const rows = await measure((line) => console.error(`${benchmark.name}: ${line}`));
  console.log(json ? JSON.stringify(rows) : table(rows));
  return 0;
}

/** Null when there is nothing to run, which has been said. */
function readArguments(args: readonly string[]): [Benchmark, boolean] | null {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { json: { type: 'boolean', default: false } },
      allowPositionals: true,
    });
    const [name, ...more] = positionals;
    if (name === undefined) {
      console.log(`npm run bench -- NAME [--json]\n\n${list()}`);
      return null;
    }
    const benchmark = benchmarks.find((one) => one.name === name);
    if (!benchmark) throw new Error(`There is no benchmark "${name}".`);
    if (more.length > 0) throw new Error('One benchmark at a time: they would disturb each other.');
    return [benchmark, values.json];
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${list()}`);
    return null;
  }
}

function list(): string {
  const width = Math.max(...benchmarks.map(({ name }) => name.length));
  return benchmarks.map(({ name, about }) => `  ${name.padEnd(width)}  ${about}`).join('\n');
}
