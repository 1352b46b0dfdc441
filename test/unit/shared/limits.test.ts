import assert from 'node:assert/strict';
import { canUpgrade, limitFacts } from '../../../src/shared/limits.ts';
import type { Limit, RunRow, Stop, UsageRow } from '../../../src/shared/model.ts';
import { usageByMetric } from '../../../src/shared/usage.ts';
import { runRow, subscriptionRow, usageRow } from '../../fixtures/rows.ts';

const period = { start: Date.parse('2026-11-01T00:00:00Z'), end: Date.parse('2026-12-01T00:00:00Z') };

function facts(limit: Limit, usageRows: readonly UsageRow[], runs: readonly RunRow[] = []) {
  const plan = subscriptionRow(0, { limits: { tokens: limit } });
  return limitFacts({ usages: usageByMetric(usageRows, plan, period), usageRows, runs, period });
}

function used(day: string, amount: number, updated_at = `${day}T09:00:00Z`): UsageRow {
  return usageRow(Number(day.slice(-2)) * 10 + (amount % 10), { day, amount, updated_at });
}

function stoppedRun(n: number, stop: Partial<Stop> = {}): RunRow {
  const usual = { metric: 'tokens', limit: 100, used: 90, at: '2026-11-20T12:03:00Z' };
  const stopped_by = { ...usual, resets_at: '2026-12-01T00:00:00Z', ...stop };
  return runRow(n, { status: 'stopped', stopped_by });
}

describe('facts of limits', () => {
  it('say nothing of limits that are not reached, or of metrics without one', () => {
    assert.deepEqual(facts({ limit: 100, hard: true }, [used('2026-11-02', 99)]), []);
    assert.deepEqual(facts({ limit: null, hard: true }, [used('2026-11-02', 99)]), []);
  });

  it('tell since which moment a hard limit is reached: that of the last addition of the day', () => {
    const rows = [
      used('2026-11-20', 40, '2026-11-20T08:00:00Z'),
      used('2026-11-21', 59, '2026-11-21T10:00:00Z'),
      used('2026-11-21', 1, '2026-11-21T10:30:00Z'),
    ];
    const [fact] = facts({ limit: 100, hard: true }, rows);
    assert.equal(fact?.state, 'reached');
    assert.deepEqual([fact.since, fact.sinceDay], [Date.parse('2026-11-21T10:30:00Z'), false]);
    assert.equal(fact.until, period.end);
  });

  it('tell the day on which a soft limit was crossed, for later additions change its row', () => {
    const rows = [used('2026-11-21', 30), used('2026-11-19', 60), used('2026-11-20', 50)];
    const [fact] = facts({ limit: 100 }, rows);
    assert.deepEqual(
      [fact?.state, fact?.hard, fact?.since, fact?.sinceDay],
      ['over', false, Date.parse('2026-11-20T00:00:00Z'), true],
    );
  });

  it('tell the day of every limit, also of rows that can be read once only and of fractions', () => {
    const plan = subscriptionRow(0, { limits: { tokens: { limit: 0.6 }, requests: { limit: 2 } } });
    const rows = [0.1, 0.2, 0.3].map((amount, n) => usageRow(n, { amount, day: `2026-11-1${2 - n}` }));
    const map = new Map(
      [...rows, usageRow(3, { metric: 'requests', amount: 3 })].map((row) => [row.id, row]),
    );
    const usages = usageByMetric(map.values(), plan, period);
    const found = limitFacts({ usages, usageRows: map.values(), runs: [], period });
    assert.equal(found.length, 2);
    for (const { metric, since } of found) assert.notEqual(since, null, metric);
  });

  it('say nothing of a metric that the plan does not include, until it stopped a run', () => {
    assert.deepEqual(facts({ limit: 0, hard: true }, []), []);
    const [fact] = facts({ limit: 0, hard: true }, [], [stoppedRun(1, { limit: 0, used: 0 })]);
    assert.deepEqual([fact?.state, fact?.stopped], ['reached', 1]);
  });

  it('say that a limit refuses while something is left, since its first stop, with the newest run', () => {
    const runs = [stoppedRun(1, { at: '2026-11-21T08:00:00Z' }), stoppedRun(2), runRow(3)];
    const [fact] = facts({ limit: 100, hard: true }, [used('2026-11-20', 90)], runs);
    assert.equal(fact?.state, 'refusing');
    assert.equal(fact.since, Date.parse('2026-11-20T12:03:00Z'));
    assert.deepEqual([fact.stopped, fact.stoppedRun], [2, runs[0]?.id]);
  });

  it('count no stop of another period, of a limit since raised, of usage since taken back, or of a soft limit', () => {
    const state = (stop: Partial<Stop>, limit: Limit = { limit: 100, hard: true }) =>
      facts(limit, [used('2026-11-20', 90)], [stoppedRun(1, stop)])[0]?.state;
    assert.equal(state({}), 'refusing');
    assert.equal(state({ at: '2026-10-31T23:59:59Z' }), undefined);
    assert.equal(state({ at: 'soon' }), undefined);
    assert.equal(state({ limit: 99 }), undefined);
    assert.equal(state({ used: 91 }), undefined);
    assert.equal(state({ metric: 'requests' }), undefined);
    assert.equal(state({}, { limit: 100 }), undefined);
  });

  it('put hard limits first', () => {
    const plan = subscriptionRow(0, { limits: { tokens: { limit: 1 }, requests: { limit: 1, hard: true } } });
    const usageRows = [usageRow(0, { amount: 5 }), usageRow(1, { metric: 'requests', amount: 1 })];
    const usages = usageByMetric(usageRows, plan, period);
    assert.deepEqual(
      limitFacts({ usages, usageRows, runs: [], period }).map(({ metric }) => metric),
      ['requests', 'tokens'],
    );
  });

  it('offer an upgrade only where its page is https', () => {
    const offered = (upgrade_url: string | null) => canUpgrade(subscriptionRow(0, { upgrade_url }));
    assert.equal(offered('https://example.com/plans'), true);
    for (const url of [
      null,
      '',
      'https://',
      'http://example.com',
      'javascript:alert(1)',
      'command:x',
      'https://%',
    ])
      assert.equal(offered(url), false, String(url));
    assert.equal(canUpgrade(null), false);
  });
});
