import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { benchmarks } from '../../../bench/benchmarks.ts';
import { row } from '../../../bench/rows.ts';
import { runBench } from '../../../bench/run.ts';

describe('npm run bench', () => {
  const printed: string[] = [];
  const warned: string[] = [];
  const { log, error } = console;
  beforeEach(() => {
    printed.length = warned.length = 0;
    console.log = (line: string) => void printed.push(line);
    console.error = (line: string) => void warned.push(line);
  });
  afterEach(() => {
    console.log = log;
    console.error = error;
  });

  /** Three that measure nothing; the second fails. */
  const options = {
    benchmarks: ['one', 'two', 'three'].map((name) => ({
      ...{ name, about: `what ${name} measures` },
      load: () => Promise.reject(new Error('It is measured by others.')),
    })),
    measure: async (name: string) => {
      if (name === 'two') throw new Error('There is no browser.');
      return [row(`${name}, time`, 12, 'ms', { atMost: 10 }), row(`${name}, size`, 3, 'KB', { atMost: 10 })];
    },
  };

  it('lists the benchmarks and measures nothing', async () => {
    const build = () => assert.fail('nothing is to be built');
    assert.equal(await runBench(['--list'], { build }), 0);
    for (const { name, about } of benchmarks)
      assert.match(printed.join('\n'), new RegExp(`${name} .*${about.slice(0, 10)}`));
  });

  it('measures all one after the other, reports what fails and goes on', async () => {
    assert.equal(await runBench([], options), 1);
    const all = printed.join('\n');
    assert.match(
      all,
      /^one \(\d+ s\)\n[\s\S]*^two \(\d+ s\)\n✘ could not be measured: There is no browser\.[\s\S]*^three \(\d+ s\)\n/m,
    );
    assert.deepEqual(
      printed
        .at(-1)
        ?.replace(/ in \d+ s:/, ':')
        .split('\n'),
      [
        '4 figures of 3 benchmarks: 2 of 4 goals are held.',
        '✘ one: one, time: 12 ms (goal ≤ 10)',
        '✘ three: three, time: 12 ms (goal ≤ 10)',
        '✘ two could not be measured: There is no browser.',
      ],
    );
  });

  it('measures those that are named; a missed goal is no failure', async () => {
    let built = 0;
    const build = () => {
      built += 1;
    };
    assert.equal(await runBench(['three', 'one'], { ...options, build }), 0);
    assert.match(printed.join('\n'), /^one [\s\S]*^three /m);
    assert.doesNotMatch(printed.join('\n'), /two/);
    assert.equal(built, 1);
  });

  it('prints one JSON array, and nothing else, with --json', async () => {
    assert.equal(await runBench(['--json'], options), 1);
    assert.equal(printed.length, 1);
    const rows = JSON.parse(printed[0] ?? '');
    assert.equal(rows.length, 4);
    assert.deepEqual(rows[0], {
      ...{ benchmark: 'one', name: 'one, time', value: 12, unit: 'ms', goal: '≤ 10', ok: false },
    });
    assert.match(warned.join('\n'), /two could not be measured: There is no browser\./);
  });

  // Node runs them as they are, where tests are bundled.
  for (const { name } of benchmarks)
    it(`can load ${name}`, function () {
      this.timeout(60_000);
      const load = `import('./bench/benchmarks.ts').then(({ benchmarks }) => benchmarks.find(({ name }) => name === '${name}').load()).then(({ measure }) => console.log(typeof measure))`;
      const { stdout, stderr } = spawnSync(
        process.execPath,
        ['--import', './scripts/manifestNames.mjs', '--input-type=module', '--eval', load],
        { encoding: 'utf8' },
      );
      assert.equal(stdout.trim(), 'function', stderr);
    });

  it('measures nothing for the page while files are not committed', async () => {
    const commit = () => {
      throw new Error('commit these first');
    };
    const measure = () => assert.fail('nothing is to be measured');
    assert.equal(await runBench(['--page'], { ...options, measure, commit }), 2);
    assert.match(warned.join('\n'), /^commit these first/);
    assert.deepEqual(printed, []);
  });

  it('says what is wrong with its arguments, and what there is', async () => {
    for (const [args, sentence] of [
      [['nope'], 'There is no benchmark "nope".'],
      [['sync', 'nope'], 'There is no benchmark "nope".'],
      [['sync', '--fast'], "Unknown option '--fast'"],
      [['sync', '--page'], '--page is for a run of all benchmarks'],
    ] as const) {
      warned.length = 0;
      assert.equal(await runBench(args), 2);
      assert.ok(warned.join('\n').includes(sentence), warned.join('\n'));
      assert.ok(warned.join('\n').includes(benchmarks[0]?.name ?? 'sync'));
    }
    assert.deepEqual(printed, []);
  });
});
