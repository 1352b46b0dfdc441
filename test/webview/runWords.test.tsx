import assert from 'node:assert/strict';
import { Formats } from '../../src/shared/format.ts';
import { setTranslations } from '../../src/shared/l10n.ts';
import type { RunRow } from '../../src/shared/model.ts';
import type { RunCost } from '../../src/shared/runCost.ts';
import type { ChartSpec } from '../../src/webview/charts/spec.ts';
import {
  type ComparedCurve,
  compareSentence,
  compareSpec,
} from '../../src/webview/runs/compare/compareSpec.ts';
import { deletedWords } from '../../src/webview/runs/compare/words.ts';
import { runFilters, searcher } from '../../src/webview/runs/filter.ts';
import { amountWords, costWords, countWords, endWords, noMatchWords } from '../../src/webview/runs/words.ts';
import { ago, hours, minutes, runRow } from '../fixtures/rows.ts';
import { closePages } from './support/page.tsx';

const formats = new Formats('en', 'UTC');

function finds(search: string, run: RunRow, stalled: ReadonlySet<string> = new Set()): boolean | undefined {
  return searcher(search, () => '', stalled)?.(run);
}

const cost: RunCost = { metric: 'tokens', used: 320, left: null, toFinish: null, share: null, short: false };

/** Two points of a run, so many ms from each other. */
function curveOf(ms: number): ComparedCurve {
  const numbers = (...values: number[]): Float64Array => new Float64Array(values);
  const curve = { steps: numbers(1, 2), at: numbers(0, ms), values: numbers(2, 1) };
  return { id: 'a', place: 0, name: 'a', start: 0, curve };
}

describe('words of runs', () => {
  afterEach(() => {
    setTranslations(undefined, 'en');
    closePages();
  });

  it('are found by the status that is shown, whatever the language', () => {
    setTranslations({ Failed: 'Fehlgeschlagen', Stalled: 'Verstummt' }, 'de');
    const run = runRow(0, { status: 'failed' });
    assert.equal(finds('FEHLGESCHLAGEN', run), true);
    assert.equal(finds('failed', run), false);
    const quiet = runRow(1);
    assert.equal(finds('verstummt', quiet, new Set([quiet.id])), true);
    assert.equal(finds('verstummt', quiet), false);
  });

  it('count one as one', () => {
    assert.equal(countWords(1, 0, formats), '1 run');
    assert.equal(countWords(1_200, 3, formats), '1,200 runs, 3 active');
    assert.equal(amountWords('tokens', 1, formats), '1 token');
    assert.equal(amountWords('gpu_minutes', 320, formats), '320 GPU min');
    assert.equal(amountWords('Tensor_Hours', 2, formats), '2 tensor hours');
    assert.equal(deletedWords(['a', 'b'], formats), '2 runs were deleted and are compared no longer.');
  });

  it('say what a run costs as one sentence, whatever is known', () => {
    const words = (fields: Partial<RunCost>): string => costWords({ ...cost, ...fields }, formats);
    assert.equal(words({}), 'Tokens: 320 so far');
    assert.equal(words({ left: 12 }), 'Tokens: 320 so far; 12 left');
    assert.equal(words({ toFinish: 40 }), 'Tokens: 320 so far; about 40 more to finish');
    assert.equal(words({ toFinish: 4, left: 12 }), 'Tokens: 320 so far; about 4 more to finish; 12 left');
    assert.equal(
      words({ toFinish: 40, left: 12, short: true }),
      'Tokens: 320 so far; about 40 more to finish; 12 left, which is not enough',
    );
  });

  it('say at the end of the list how far it was searched or sorted', () => {
    const words = (kind: 'end' | 'full' | 'more', fields: object): string => {
      const beyond = kind === 'more' ? { kind, before: ago(hours) } : { kind };
      return endWords({ beyond, known: 300, searched: false, sorted: false, ...fields }, formats);
    };
    assert.equal(words('end', {}), '300 runs, all of them.');
    assert.equal(words('end', { sorted: true }), 'Sorted all 300 runs.');
    assert.equal(words('more', {}), 'Loading older runs…');
    assert.equal(words('more', { sorted: true }), 'Sorted the newest 300 runs. Loading older runs…');
    assert.equal(
      words('full', { searched: true, sorted: true }),
      'Searched the newest 300 runs, as many as the list holds.',
    );
    assert.equal(words('full', { sorted: true }), 'Sorted the newest 300 runs, as many as the list holds.');
    assert.equal(words('full', {}), 'The newest 300 runs, as many as the list holds.');
  });

  it('say of each filter that it leaves nothing', () => {
    assert.deepEqual(
      runFilters.map((filter) => noMatchWords(filter, false)),
      ['No runs.', 'No active runs.', 'No finished runs.', 'No failed runs.', 'No stalled runs.'],
    );
    assert.equal(noMatchWords('all', true), 'No runs match the search.');
    assert.equal(noMatchWords('stalled', true), 'No stalled runs match the search.');
  });

  it('tell a time over which curves are drawn in a unit that suits it', () => {
    const spec = (ms: number): ChartSpec => compareSpec([curveOf(ms)], 'time', formats);
    assert.equal(spec(4 * hours).xLabel, 'Time since the start (hours)');
    assert.equal(spec(4 * hours).formatX(1.5), '1.5 h');
    assert.equal(spec(4 * minutes).xLabel, 'Time since the start (minutes)');
    assert.equal(spec(4 * minutes).formatX(2), '2 min');
    assert.equal(spec(100).formatX(2), '2 s');
    assert.equal(compareSentence('loss', [curveOf(100)], formats), 'loss of 1 run, latest: a 1.');
  });
});
