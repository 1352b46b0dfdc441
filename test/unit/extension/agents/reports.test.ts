import assert from 'node:assert/strict';
import { historyReport } from '../../../../src/extension/agents/historyReport.ts';
import { matchingRuns, type RunsInput, runReport } from '../../../../src/extension/agents/runsReport.ts';
import { usageReport } from '../../../../src/extension/agents/usageReport.ts';
import { emptyTables } from '../../../../src/shared/patch.ts';
import type { RunHistory } from '../../../../src/shared/requests.ts';
import {
  ago,
  days,
  fixtureId,
  fixtureNow,
  minutes,
  modelRow,
  projectRow,
  runRow,
  subscriptionRow,
  usageRow,
} from '../../../fixtures/rows.ts';
import { tablesOf } from '../../../fixtures/tables.ts';

const dayBefore = (n: number) => ago(n * days).slice(0, 10);

describe('what agents are told of usage', () => {
  const tables = tablesOf({
    subscriptions: [subscriptionRow(1)],
    usage_tracking: [
      usageRow(1, { amount: 4_000_000, day: dayBefore(1) }),
      usageRow(2, { amount: 500_000.5 }),
      usageRow(3, { metric: 'requests', amount: 20_000 }),
      usageRow(4, { amount: 9_999, day: dayBefore(40) }),
    ],
  });

  it('is the use, limit, rest and reset of every metric, the nearest to its limit first', () => {
    const { plan, period, metrics, daily } = usageReport(tables, {}, fixtureNow) as ReturnType<
      typeof usageReport
    > & { daily?: unknown };
    assert.equal(plan?.name, 'pro');
    assert.deepEqual(period, { start: '2026-11-01T00:00:00.000Z', resets_at: '2026-12-01T00:00:00.000Z' });
    assert.deepEqual(
      metrics.map(({ metric }) => metric),
      ['requests', 'tokens', 'gpu_minutes', 'storage_bytes', 'training_runs'],
    );
    const [requests, tokens, , , runs] = metrics;
    assert.deepEqual(
      [requests?.remaining, requests?.percent, requests?.level, requests?.at_limit],
      [0, 100, 'reached', 'warned'],
    );
    assert.deepEqual(
      [tokens?.used, tokens?.remaining, tokens?.at_limit],
      [4_500_000.5, 5_499_999.5, 'refused'],
    );
    assert.ok(tokens?.per_day && tokens.projected_at_reset && tokens.projected_at_reset > tokens.used);
    assert.deepEqual(
      [runs?.limit, runs?.remaining, runs?.percent, runs?.level],
      [null, null, null, 'unlimited'],
    );
    assert.equal(daily, undefined);
  });

  it('is of one metric, and of its days, when asked', () => {
    const report = usageReport(tables, { metric: 'tokens', days: 41 }, fixtureNow);
    assert.equal(report.metrics.length, 1);
    assert.deepEqual(report.daily, {
      tokens: { [dayBefore(40)]: 9_999, [dayBefore(1)]: 4_000_000, [dayBefore(0)]: 500_000.5 },
    });
    assert.deepEqual(usageReport(tables, { metric: 'tokens', days: 1 }, fixtureNow).daily, {
      tokens: { [dayBefore(0)]: 500_000.5 },
    });
  });

  it('is the names of all metrics when one is asked for that there is not', () => {
    assert.throws(
      () => usageReport(tables, { metric: 'token' }, fixtureNow),
      /no metric "token"\. There are: requests, tokens/,
    );
    assert.throws(() => usageReport(emptyTables(), { metric: 'token' }, fixtureNow), /nothing has been used/);
  });

  it('is nothing, with the month as its period, where there is nothing yet', () => {
    const { plan, metrics, period } = usageReport(emptyTables(), {}, fixtureNow);
    assert.deepEqual([plan, metrics, period.resets_at], [null, [], '2026-12-01T00:00:00.000Z']);
  });
});

describe('what agents are told of runs', () => {
  const tables = tablesOf({
    projects: [projectRow(1, { name: 'Wonderland' }), projectRow(2, { name: 'wonderland' }), projectRow(3)],
    training_runs: [
      runRow(1, { name: 'Alice mini', project_id: fixtureId('projects', 1) }),
      runRow(2, { name: 'hatter', heartbeat_at: ago(10 * minutes), started_at: ago(30 * minutes) }),
      runRow(3, {
        name: 'ALICE large',
        status: 'failed',
        error: 'x'.repeat(5_000),
        project_id: fixtureId('projects', 2),
        started_at: ago(40 * minutes),
        finished_at: ago(35 * minutes),
      }),
    ],
    models: [modelRow(1, { run_id: fixtureId('training_runs', 3) }), modelRow(2)],
  });
  const moment = { tables, now: fixtureNow, silence: 5 * minutes };
  const names = (input: Partial<RunsInput>) =>
    matchingRuns(moment, { limit: 5, history: false, ...input }).map(({ name }) => name);

  it('is the newest first, and those that match every filter', () => {
    assert.deepEqual(names({}), ['Alice mini', 'hatter', 'ALICE large']);
    assert.deepEqual(names({ name: 'alice' }), ['Alice mini', 'ALICE large']);
    assert.deepEqual(names({ status: ['stalled'] }), ['hatter'], 'it says that it runs, and is silent');
    assert.deepEqual(names({ project: 'Wonderland' }), ['Alice mini', 'ALICE large'], 'two of one name');
    assert.deepEqual(names({ project: fixtureId('projects', 1) }), ['Alice mini']);
    assert.deepEqual(names({ project: 'Project 3' }), []);
    assert.deepEqual(names({ name: 'alice', status: ['failed', 'stopped'] }), ['ALICE large']);
    assert.deepEqual(names({ run_id: fixtureId('training_runs', 2) }), ['hatter']);
    assert.throws(() => names({ project: 'Wunderland' }), /There are: Wonderland, wonderland, Project 3/);
  });

  it('has what the dashboard shows of each', () => {
    const [alice, , large] = matchingRuns(moment, { limit: 5, history: false }).map((run) =>
      runReport(run, moment),
    );
    assert.deepEqual(
      [alice?.status, alice?.percent, alice?.project, alice?.duration_seconds, alice?.models],
      ['running', 40, 'Wonderland', 1200, []],
    );
    assert.ok(alice?.seconds_left && alice.seconds_left > 1700 && alice.seconds_left < 1800);
    assert.equal(alice.steps_per_second, 0.333333);
    assert.deepEqual([large?.status, large?.duration_seconds, large?.seconds_left], ['failed', 300, null]);
    assert.deepEqual(
      large?.models.map(({ name }) => name),
      ['model-1'],
    );
  });

  it('has of each curve its ends, its turns and its shape', () => {
    const count = 1_000;
    const steps = Float64Array.from({ length: count }, (_, n) => 10 * n);
    const loss = Float64Array.from({ length: count }, (_, n) => (n === 700 ? 0.01 : 1 + 1 / (n + 1)));
    const sparse = Float64Array.from({ length: count }, (_, n) => (n === 3 ? 0.123456789 : Number.NaN));
    const column = (name: string, values: Float64Array<ArrayBuffer>) => ({ name, values: values.buffer });
    const none = Array.from({ length: 20 }, (_, n) => column(`z${n + 10}`, sparse));
    const history: RunHistory = {
      steps: steps.buffer,
      at: steps.buffer,
      metrics: [...none, column('acc', sparse), column('loss', loss)],
      lastStep: 9_990,
      leftOut: 0,
    };
    const report = historyReport(history);
    assert.equal(report.last_step, 9_990);
    assert.equal(Object.keys(report.metrics)[0], 'loss', 'the telling one first');
    assert.equal(Object.keys(report.metrics).length, 12);
    assert.equal(report.other_metrics?.length, 10);
    const { curve, ...ends } = report.metrics.loss ?? assert.fail();
    assert.deepEqual(ends, {
      first: [0, 2],
      last: [9_990, 1.001],
      min: [7_000, 0.01],
      max: [0, 2],
    });
    assert.equal(curve.length, 24);
    assert.deepEqual(curve.at(-1)?.[0], 9_990);
    assert.ok((curve[0]?.[1] ?? 0) > (curve[5]?.[1] ?? 0));
    assert.deepEqual(report.metrics.acc?.curve, [[30, 0.123457]]);
    assert.ok(JSON.stringify(report).length < 4_000);
  });
});
