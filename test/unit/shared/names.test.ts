import assert from 'node:assert/strict';
import { setTranslations } from '../../../src/shared/l10n.ts';
import { compareMetrics, metricName, plain, statusName } from '../../../src/shared/names.ts';

describe('names', () => {
  afterEach(() => setTranslations(undefined, 'en'));

  it('of metrics and statuses are words; one that we do not know is as it is written', () => {
    assert.deepEqual(['gpu_minutes', 'storage_bytes', 'my_metric', 'toString', ''].map(metricName), [
      'GPU minutes',
      'Storage',
      'My metric',
      'ToString',
      '–',
    ]);
    assert.deepEqual(['past_due', 'deployed', 'on_hold', '__proto__'].map(statusName), [
      'Past due',
      'Deployed',
      'On hold',
      'Proto',
    ]);
  });

  it('are translated where they are words of ours, not where they come from a row', () => {
    setTranslations({ Tokens: 'Token', Archived: 'Archiviert', 'My metric': 'wrong' }, 'de');
    assert.deepEqual(
      [metricName('tokens'), metricName('my_metric'), statusName('archived'), plain('archived')],
      ['Token', 'My metric', 'Archiviert', 'Archived'],
    );
  });

  it('keep metrics in the same order in every language', () => {
    const metrics = ['zeta', 'storage_bytes', 'alpha', 'training_runs', 'requests', 'tokens'];
    const sorted = ['tokens', 'requests', 'storage_bytes', 'training_runs', 'alpha', 'zeta'];
    assert.deepEqual(metrics.toSorted(compareMetrics), sorted);
    setTranslations({ Tokens: 'Zeichen', Storage: 'Ablage' }, 'de');
    assert.deepEqual(metrics.toSorted(compareMetrics), sorted);
  });
});
