import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { pageWith } from '../../../bench/page.ts';
import { row } from '../../../bench/rows.ts';

const results = [
  {
    benchmark: 'activation',
    seconds: 61.4,
    rows: [
      row('size', 36.54, 'KB', { atMost: 60 }),
      row('a|b', 1_234, 'ms'),
      row('c', 2, '', { exactly: 0 }),
    ],
  },
  { benchmark: 'sql', seconds: 1, error: 'There is no PostgreSQL.' },
];
const facts = [['Node', 'v24.0.0']] as const;
const page = readFileSync('docs/BENCHMARKS.md', 'utf8');

describe('the page of figures', () => {
  it('has tables with goals, what could not be measured, and where it was', () => {
    const written = pageWith(page, results, facts);
    for (const line of [
      '1 of 2 goals are held. The whole run took 1 min 2 s.',
      '| Node | v24.0.0 |',
      '## activation',
      '| size | 36.54 | KB | ≤ 60 ✔ |',
      '| a\\|b | 1,234 | ms |  |',
      '| c | 2 |  | = 0 **missed** |',
      'It could not be measured: There is no PostgreSQL.',
    ])
      assert.ok(written.split('\n').includes(line), `${line}\n\n${written}`);
  });

  it('keeps what people wrote, and of two runs only the last', () => {
    const [before, after] = page.split(/<!--[\s\S]*-->/);
    const twice = pageWith(pageWith(page, results, facts), results.slice(0, 1), facts);
    assert.ok(before && twice.startsWith(before));
    assert.ok(after !== undefined && twice.endsWith(after));
    assert.equal(twice, pageWith(page, results.slice(0, 1), facts));
    assert.doesNotMatch(twice, /PostgreSQL\./);
  });

  it('says when there is no place for them', () => {
    assert.throws(() => pageWith('# Benchmarks\n', results, facts), /no place for figures/);
  });
});
