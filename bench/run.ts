import { parseArgs } from 'node:util';
import { measureApart } from './apart.ts';
import { type Benchmark, benchmarks as shipped } from './benchmarks.ts';
import { measuredCommit } from './machine.ts';
import { writePage } from './page.ts';
import { type Result, rowsOf, section, summary } from './results.ts';
import type { Row } from './rows.ts';

export interface BenchOptions {
  /** Called before anything is measured: what ships has to be there. */
  readonly build?: () => void;
  readonly benchmarks?: readonly Benchmark[];
  /** Measures one of them; rejects with what it lacks. */
  readonly measure?: (name: string) => Promise<readonly Row[]>;
  /** Tells which commit the page is to name; throws when there is none that it could. */
  readonly commit?: () => string | null;
}

/**
 * Runs the benchmarks that `args` name, all when they name none, one after the other. Prints a table of each and a
 * summary; with `--json` one line with one JSON array of all figures; with `--page` the figures go to docs/BENCHMARKS.md.
 * @returns The exit status: 0 when everything was measured, whether or not the goals are held; 1 when something could
 *   not be; 2 when the arguments are wrong.
 */
export async function runBench(args: readonly string[], options: BenchOptions = {}): Promise<number> {
  const { benchmarks = shipped, measure = measureApart, commit: askCommit = measuredCommit } = options;
  const wanted = readArguments(args, benchmarks, askCommit);
  if (typeof wanted === 'number') return wanted;
  options.build?.();
  const results: Result[] = [];
  for (const { name } of wanted.chosen) {
    console.error(`${name}: begins, ${results.length + 1} of ${wanted.chosen.length}`);
    const result = await resultOf(name, measure);
    results.push(result);
    if (!wanted.json) console.log(section(result));
  }
  const said = summary(results);
  if (wanted.page) writePage(results, wanted.commit);
  if (wanted.json) console.error(said);
  console.log(wanted.json ? JSON.stringify(rowsOf(results)) : said);
  return results.some(({ error }) => error !== undefined) ? 1 : 0;
}

async function resultOf(
  benchmark: string,
  measure: (name: string) => Promise<readonly Row[]>,
): Promise<Result> {
  const startedAt = performance.now();
  const seconds = () => (performance.now() - startedAt) / 1_000;
  try {
    const rows = await measure(benchmark);
    return { benchmark, seconds: seconds(), rows };
  } catch (error) {
    return { benchmark, seconds: seconds(), error: error instanceof Error ? error.message : String(error) };
  }
}

interface Wanted {
  readonly chosen: readonly Benchmark[];
  readonly json: boolean;
  readonly page: boolean;
  /** For the page; of before anything is measured. */
  readonly commit: string | null;
}

/** An exit status when there is nothing to run, which has been said. */
function readArguments(
  args: readonly string[],
  benchmarks: readonly Benchmark[],
  askCommit: () => string | null,
): Wanted | number {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: {
        list: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        page: { type: 'boolean', default: false },
      },
      allowPositionals: true,
    });
    if (values.list) {
      console.log(list(benchmarks));
      return 0;
    }
    for (const name of positionals)
      if (!benchmarks.some((one) => one.name === name)) throw new Error(`There is no benchmark "${name}".`);
    if (values.page && positionals.length > 0)
      throw new Error(
        '--page is for a run of all benchmarks: the page has the figures of one run. Name none.',
      );
    const chosen = benchmarks.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
    const commit = values.page ? askCommit() : null;
    return { chosen, json: values.json, page: values.page, commit };
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${list(benchmarks)}`);
    return 2;
  }
}

function list(benchmarks: readonly Benchmark[]): string {
  const width = Math.max(...benchmarks.map(({ name }) => name.length));
  return benchmarks.map(({ name, about }) => `  ${name.padEnd(width)}  ${about}`).join('\n');
}
