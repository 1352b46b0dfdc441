import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { benchmarks } from '../../../bench/benchmarks.ts';
import { runBenchmark } from '../../../bench/run.ts';

describe('npm run bench', () => {
  const printed: string[] = [];
  const { log, error } = console;
  beforeEach(() => {
    printed.length = 0;
    console.log = console.error = (line: string) => void printed.push(line);
  });
  afterEach(() => {
    console.log = log;
    console.error = error;
  });

  it('lists the benchmarks without a name', async () => {
    assert.equal(await runBenchmark([]), 0);
    for (const { name, about } of benchmarks)
      assert.match(printed.join('\n'), new RegExp(`${name} .*${about.slice(0, 10)}`));
  });

  // Node runs them as they are, where tests are bundled.
  for (const { name } of benchmarks)
    it(`can load ${name}`, function () {
      this.timeout(20_000);
      const load = `import('./bench/benchmarks.ts').then(({ benchmarks }) => benchmarks.find(({ name }) => name === '${name}').load()).then(({ measure }) => console.log(typeof measure))`;
      const { stdout, stderr } = spawnSync(
        process.execPath,
        ['--import', './scripts/manifestNames.mjs', '--input-type=module', '--eval', load],
        { encoding: 'utf8' },
      );
      assert.equal(stdout.trim(), 'function', stderr);
    });

  it('says what is wrong with a name, and what there is', async () => {
    for (const [args, sentence] of [
      [['nope'], 'There is no benchmark "nope".'],
      [['sync', 'sql'], 'One benchmark at a time'],
      [['sync', '--fast'], "Unknown option '--fast'"],
    ] as const) {
      printed.length = 0;
      assert.equal(await runBenchmark(args), 2);
      assert.ok(printed.join('\n').includes(sentence), printed.join('\n'));
      assert.ok(printed.join('\n').includes(benchmarks[0]?.name ?? 'sync'));
    }
  });
});
