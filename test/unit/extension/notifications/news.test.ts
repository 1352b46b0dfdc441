import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Claims } from '../../../../src/extension/notifications/claims.ts';
import { limitsPassed } from '../../../../src/extension/notifications/limitNews.ts';
import {
  limitNewsWords,
  manyLimitsWords,
  manyRunsWords,
  runNewsWords,
} from '../../../../src/extension/notifications/newsWords.ts';
import {
  endsAmong,
  type RunNews,
  stalledAmong,
  withoutKind,
} from '../../../../src/extension/notifications/runNews.ts';
import type { RowChange } from '../../../../src/shared/changes.ts';
import { Formats } from '../../../../src/shared/format.ts';
import type { RunRow } from '../../../../src/shared/model.ts';
import { currentPeriod, usageByMetric } from '../../../../src/shared/usage.ts';
import {
  ago,
  days,
  fixtureNow,
  hours,
  minutes,
  runRow,
  subscriptionRow,
  usageRow,
} from '../../../fixtures/rows.ts';

const saying = { formats: new Formats('en', 'UTC'), now: fixtureNow, silence: 5 * minutes };
const change = (row: RunRow | null, old: RunRow | null): RowChange => ({
  eventType: old ? (row ? 'UPDATE' : 'DELETE') : 'INSERT',
  table: 'training_runs',
  new: row,
  old,
  seq: 1,
  source: 'realtime',
});
const ended = (n: number, status: string, fields: Partial<RunRow> = {}) =>
  runRow(n, { status, finished_at: ago(minutes), started_at: ago(21 * minutes), ...fields });

describe('news of runs', () => {
  const kinds = (changes: readonly RowChange[]) =>
    endsAmong(changes, fixtureNow - hours, fixtureNow).map(({ kind, run }) => `${run.name} ${kind}`);

  it('are the ends of runs that were going on, but for those that the user has cancelled', () => {
    assert.deepEqual(
      kinds([
        change(ended(1, 'completed'), runRow(1)),
        change(ended(2, 'failed'), runRow(2, { status: 'queued' })),
        change(ended(3, 'stopped'), runRow(3)),
        change(ended(4, 'cancelled'), runRow(4)),
        change(ended(5, 'dreaming'), runRow(5)),
        change(runRow(6), runRow(6)),
        change(null, runRow(7)),
      ]),
      ['run-1 completed', 'run-2 failed', 'run-3 failed'],
    );
  });

  it('of a kind that was muted stay muted when another kind is', () => {
    const first = withoutKind(new Set(['completed', 'failed', 'stalled']), 'failed');
    assert.deepEqual(first, { completed: true, failed: false, stalled: true });
    const second = withoutKind(new Set(['completed', 'stalled']), 'completed');
    assert.deepEqual(second, { completed: false, failed: false, stalled: true });
  });

  it('are not what was known, nor what ended before one looked', () => {
    const long = { finished_at: ago(2 * days) };
    assert.deepEqual(
      kinds([
        change(ended(1, 'completed', { name: 'renamed' }), ended(1, 'completed')),
        change(ended(2, 'completed', long), null),
        change(ended(3, 'completed', long), runRow(3)),
        change(ended(4, 'completed'), null),
      ]),
      ['run-4 completed'],
      'one that began and ended unseen is news',
    );
  });

  it('have the same name in every window, and another one when the run ends again', () => {
    const key = (fields: Partial<RunRow>) =>
      endsAmong([change(ended(1, 'failed', fields), runRow(1))], 0, fixtureNow)[0]?.key;
    assert.equal(key({}), key({ step: 999 }));
    assert.notEqual(key({}), key({ finished_at: ago(1) }));
  });

  it('are runs that fell silent while one looks, once for each silence', () => {
    const runs = [
      runRow(1, { heartbeat_at: ago(6 * minutes) }),
      runRow(2, { heartbeat_at: ago(3 * hours) }),
      runRow(3),
      ended(4, 'failed', { heartbeat_at: ago(6 * minutes) }),
    ];
    const news = stalledAmong(runs, 5 * minutes, fixtureNow - 10 * minutes, fixtureNow);
    assert.deepEqual(
      news.map(({ run }) => run.name),
      ['run-1'],
    );
    const [again] = stalledAmong([runRow(1, { heartbeat_at: ago(7 * minutes) })], 5 * minutes, 0, fixtureNow);
    assert.notEqual(again?.key, news[0]?.key);
  });
});

describe('news of limits', () => {
  const subscription = subscriptionRow(1);
  const period = currentPeriod(subscription, fixtureNow);
  const passed = (amount: number, thresholds: readonly number[]) =>
    limitsPassed(usageByMetric([usageRow(1, { amount })], subscription, period), thresholds, period);

  it('are the highest share that is passed, which tells the lower ones with it', () => {
    assert.deepEqual(passed(7_499_999, [75, 90]), []);
    const [at75] = passed(7_500_000, [90, 75]);
    assert.deepEqual([at75?.threshold, at75?.keys.length], [75, 1]);
    const [at90] = passed(9_500_000, [90, 50, 75, 100]);
    assert.equal(at90?.threshold, 90);
    assert.deepEqual(at90?.keys.slice(1), [...(at75?.keys ?? []), at75?.keys[0]?.replace(/75$/, '50')]);
    assert.deepEqual(passed(99_000_000, []), []);
  });

  it('are others in another period', () => {
    const next = { start: period.end, end: period.end + 30 * days };
    const day = new Date(next.start).toISOString().slice(0, 10);
    const usages = usageByMetric([usageRow(1, { amount: 9_000_000, day })], subscription, next);
    assert.notDeepEqual(limitsPassed(usages, [75], next)[0]?.keys, passed(9_000_000, [75])[0]?.keys);
  });

  it('say what is used, what is reached and what happens then', () => {
    const [warned] = passed(9_000_000, [75]);
    const [full] = passed(10_000_000, [75, 100]);
    assert.ok(warned && full);
    assert.equal(
      limitNewsWords(warned, period, saying),
      'Tokens: 90% of the limit is used (9M of 10M). It resets Dec 1.',
    );
    assert.equal(
      limitNewsWords(full, period, saying),
      'Tokens: the limit is reached. Further usage is refused until Dec 1.',
    );
    const [reached, beyond] = [100, 120].map((threshold) => ({
      ...full,
      ...{ threshold, usage: { ...full.usage, used: 12_500_000, ratio: 1.25, hard: false } },
    }));
    assert.ok(reached && beyond);
    assert.equal(
      limitNewsWords(reached, period, saying),
      'Tokens: the limit is reached. It only warns; it resets Dec 1.',
    );
    assert.equal(
      limitNewsWords(beyond, period, saying),
      'Tokens: 125% of the limit is used (12.5M of 10M). It resets Dec 1.',
    );
    assert.equal(
      manyLimitsWords([warned, full], saying),
      'Of these limits much is used: Tokens 90%, Tokens 100%.',
    );
  });
});

describe('words of news', () => {
  const news = (kind: RunNews['kind'], run: RunRow): RunNews => ({ kind, run, key: '' });

  it('say of one run what happened, of several how many', () => {
    const words = (kind: RunNews['kind'], run: RunRow) => runNewsWords(news(kind, run), saying);
    assert.equal(words('completed', ended(1, 'completed')), 'The run "run-1" is done, after 20m.');
    assert.equal(
      words('failed', ended(1, 'failed', { error: 'out of\nmemory' })),
      'The run "run-1" failed: out of memory',
    );
    assert.equal(words('failed', ended(1, 'stopped')), 'The run "run-1" was stopped by a limit of the plan.');
    assert.equal(
      words('stalled', runRow(1, { heartbeat_at: ago(12 * minutes) })),
      'The run "run-1" has given no sign of life for 12m.',
    );
    const many = [news('completed', runRow(1)), news('failed', runRow(2)), news('completed', runRow(3))];
    assert.equal(manyRunsWords(many, saying), '2 runs are done. 1 run failed.');
  });

  it('make no link of what a script wrote', () => {
    const hostile = `[click](command:evil "x")\u202E${'long '.repeat(100_000)}`;
    const run = ended(1, 'failed', { name: hostile, error: hostile });
    const text = runNewsWords(news('failed', run), saying);
    assert.ok(text.length < 300 && !text.includes('](') && !text.includes('\u202E'), text);
  });
});

describe('claims', () => {
  let folder: string;
  beforeEach(() => {
    folder = path.join(mkdtempSync(path.join(os.tmpdir(), 'rg-claims-')), 'told');
  });
  afterEach(() => rmSync(path.dirname(folder), { recursive: true, force: true }));

  it('go to the first who asks, of all windows at once', async () => {
    const windows = Array.from({ length: 20 }, () => new Claims(folder));
    const taken = await Promise.all(windows.map((claims) => claims.take('owner', 'run 1 completed')));
    assert.equal(taken.filter(Boolean).length, 1);
    assert.equal(await new Claims(folder).take('owner', 'run 1 completed'), false, 'after a reload, too');
    assert.equal(await new Claims(folder).take('another', 'run 1 completed'), true);
    assert.ok(windows[0]?.knows('owner', 'run 1 completed'));
    assert.equal(windows[0]?.knows('owner', 'run 2 completed'), false);
  });

  it('may be asked for anew when the disk refused', async () => {
    const file = path.join(path.dirname(folder), 'file');
    writeFileSync(file, '');
    const claims = new Claims(path.join(file, 'told'));
    await assert.rejects(claims.take('owner', 'key'));
    assert.equal(claims.knows('owner', 'key'), false);
  });

  it('are forgotten when they are older than any period', async () => {
    const claims = new Claims(folder);
    await claims.take('owner', 'old');
    await claims.take('owner', 'new');
    const [first = ''] = readdirSync(folder);
    utimesSync(path.join(folder, first), 0, 0);
    await claims.tidy(Date.now());
    assert.equal(readdirSync(folder).length, 1);
    await new Claims('/nowhere').tidy(Date.now());
  });
});
