import assert from 'node:assert/strict';
import {
  currentPeriod,
  currentSubscription,
  daysOfRange,
  evenDailyShare,
  paceOf,
  usageByMetric,
  utcDay,
} from '../../../src/shared/usage.ts';
import { fixtureNow as now, subscriptionRow, usageRow } from '../../fixtures/rows.ts';

const november = { start: Date.parse('2026-11-01T00:00:00Z'), end: Date.parse('2026-12-01T00:00:00Z') };

describe('usage', () => {
  describe('subscription that counts', () => {
    it('is the newest current one, else the newest of all', () => {
      const old = subscriptionRow(1, { status: 'active', current_period_start: '2026-10-01T00:00:00Z' });
      const current = subscriptionRow(2, { status: 'past_due' });
      const ended = subscriptionRow(3, { status: 'canceled', current_period_start: '2026-11-15T00:00:00Z' });
      assert.equal(currentSubscription([ended, old, current]), current);
      assert.equal(currentSubscription([ended]), ended);
      assert.equal(currentSubscription([]), null);
      const endless = subscriptionRow(4, { current_period_start: 'infinity' });
      assert.equal(currentSubscription([endless, current]), current);
    });
  });

  describe('period', () => {
    it('is that of the subscription while it lasts', () => {
      assert.deepEqual(currentPeriod(subscriptionRow(0), now), november);
    });

    it('is the UTC month without one, and after it has run out', () => {
      const over = subscriptionRow(0, { current_period_end: '2026-11-05T00:00:00Z' });
      assert.deepEqual(currentPeriod(over, now), november);
      assert.deepEqual(currentPeriod(null, Date.parse('2026-12-31T23:59:59Z')), {
        start: Date.parse('2026-12-01T00:00:00Z'),
        end: Date.parse('2027-01-01T00:00:00Z'),
      });
    });
  });

  describe('by metric', () => {
    it('adds up the days of the period, of every project', () => {
      const rows = [
        usageRow(0, { day: '2026-10-31', amount: 1 }),
        usageRow(1, { day: '2026-11-01', amount: 10 }),
        usageRow(2, { day: '2026-11-30', amount: 100, project_id: 'p' }),
        usageRow(3, { day: '2026-12-01', amount: 1000 }),
      ];
      const [tokens] = usageByMetric(rows, null, november);
      assert.equal(tokens?.used, 110);
      assert.equal(tokens?.level, 'unknown');
    });

    it('counts the days on which a period begins and ends to that period', () => {
      const period = { start: Date.parse('2026-11-10T15:00:00Z'), end: Date.parse('2026-12-10T15:00:00Z') };
      const rows = [
        usageRow(0, { day: '2026-11-10', amount: 1 }),
        usageRow(1, { day: '2026-12-10', amount: 10 }),
        usageRow(2, { day: '2026-12-11', amount: 100 }),
      ];
      assert.equal(usageByMetric(rows, null, period)[0]?.used, 11);
      assert.equal(daysOfRange('period', period, now).at(-1), '2026-12-10');
    });

    it('tells the levels apart at their edges', () => {
      const level = (used: number, limit: number | null): string | undefined => {
        const plan = subscriptionRow(0, { limits: { tokens: { limit } } });
        return usageByMetric([usageRow(0, { amount: used })], plan, november)[0]?.level;
      };
      assert.equal(level(79, 100), 'fine');
      assert.equal(level(80, 100), 'warning');
      assert.equal(level(100, 100), 'reached');
      assert.equal(level(101, 100), 'over');
      assert.equal(level(5, null), 'unlimited');
      assert.equal(level(0, 0), 'excluded');
      assert.equal(level(0, -1), 'excluded');
      assert.equal(level(1, 0), 'over');
    });

    it('adds up fractions as the database does: to the limit, neither below nor over it', () => {
      const levels = (amounts: readonly number[], limit: number) => {
        const plan = subscriptionRow(0, { limits: { tokens: { limit, hard: true } } });
        const rows = amounts.map((amount, n) => usageRow(n, { amount, day: `2026-11-1${n}` }));
        const [tokens] = usageByMetric(rows, plan, november);
        return [tokens?.used, tokens?.level];
      };
      assert.deepEqual(levels([0.1, 0.2], 0.3), [0.3, 'reached']);
      assert.deepEqual(levels(Array(10).fill(0.1), 1), [1, 'reached']);
      assert.deepEqual(levels([999_999_999_999_999, 0], 1e15)[1], 'warning');
    });

    it('shows a limit with nothing used, and nearest to its limit first', () => {
      const plan = subscriptionRow(0, {
        limits: { a: { limit: 10 }, b: { limit: 10 }, c: { limit: null } },
      });
      const rows = [usageRow(0, { metric: 'b', amount: 9 })];
      const found = usageByMetric(rows, plan, november);
      assert.deepEqual(
        found.map(({ metric, used, ratio }) => [metric, used, ratio]),
        [
          ['b', 9, 0.9],
          ['a', 0, 0],
          ['c', 0, null],
        ],
      );
    });

    it('takes no limit from the prototype of objects', () => {
      const plan = subscriptionRow(0, { limits: {} });
      for (const metric of ['constructor', '__proto__', 'toString']) {
        assert.equal(usageByMetric([usageRow(0, { metric })], plan, november)[0]?.level, 'unknown');
      }
    });
  });

  describe('by day', () => {
    it('covers the last days with today at the end', () => {
      const days = daysOfRange('7d', november, now);
      assert.deepEqual(days, [
        '2026-11-16',
        '2026-11-17',
        '2026-11-18',
        '2026-11-19',
        '2026-11-20',
        '2026-11-21',
        '2026-11-22',
      ]);
      assert.equal(daysOfRange('90d', november, now).length, 90);
      assert.equal(daysOfRange('30d', november, Date.parse('2026-11-22T23:59:59Z')).at(-1), '2026-11-22');
    });

    it('covers the whole period, the future too', () => {
      const days = daysOfRange('period', november, now);
      assert.deepEqual([days.length, days[0], days.at(-1)], [30, '2026-11-01', '2026-11-30']);
    });

    it('covers the year up to today of a period that is longer', () => {
      const endless = { start: Date.parse('2024-01-01T00:00:00Z'), end: Date.parse('9999-12-31T00:00:00Z') };
      const days = daysOfRange('period', endless, now);
      assert.deepEqual([days.length, days.at(-1)], [366, '2026-11-22']);
    });

    it('spreads a limit over the days of its period', () => {
      assert.equal(evenDailyShare(3_000, november), 100);
      assert.equal(evenDailyShare(null, november), null);
    });
  });

  describe('pace', () => {
    const noon = { limit: 1_000, at: now };
    const day = (n: number, amount: number) =>
      usageRow(n, { amount, day: `2026-11-${String(n).padStart(2, '0')}` });

    it('is the mean of the last 7 days, today as far as it has gone, and leads to the end of the period', () => {
      const rows = [day(2, 400), ...[16, 17, 18, 19, 20, 21].map((n) => day(n, 10)), day(22, 5)];
      const pace = paceOf(rows, 'tokens', november, noon.limit, noon.at);
      assert.deepEqual(pace, { perDay: 10, projected: 550, ratio: 0.55, days: 6.5, exhaustedAt: null });
    });

    it('reaches into the period before, whose usage counts for the rate alone', () => {
      const at = Date.parse('2026-11-02T00:00:00Z') + 12 * 3_600_000;
      const before = ['2026-10-27', '2026-10-28', '2026-10-29', '2026-10-30', '2026-10-31'].map((name, n) =>
        usageRow(n, { amount: 12, day: name }),
      );
      const pace = paceOf([...before, day(1, 4), day(2, 1)], 'tokens', november, null, at);
      assert.equal(pace?.perDay, 10);
      assert.equal(pace.projected, 5 + 285);
      assert.equal(pace.ratio, null);
    });

    it('counts from the first usage on, and says nothing before half a day of it', () => {
      assert.equal(paceOf([day(21, 15)], 'tokens', november, 100, now)?.days, 1.5);
      const morning = Date.parse('2026-11-22T11:59:59Z');
      assert.equal(paceOf([day(22, 15)], 'tokens', november, 100, morning), null);
      assert.equal(paceOf([day(22, 15)], 'tokens', november, 100, now)?.perDay, 30);
    });

    it('is not told when nothing was used of late, or nothing at all', () => {
      assert.equal(paceOf([day(2, 400)], 'tokens', november, 100, now), null);
      assert.equal(paceOf([], 'tokens', november, 100, now), null);
      assert.equal(paceOf([day(21, 5)], 'requests', november, 100, now), null);
      assert.equal(paceOf([day(21, 0)], 'tokens', november, 100, now), null);
    });

    it('says when the limit will be reached, within the period and only ahead', () => {
      const rows = [day(21, 30)];
      const reached = (limit: number) => paceOf(rows, 'tokens', november, limit, now)?.exhaustedAt;
      assert.equal(reached(50), now + 86_400_000);
      assert.equal(reached(30), null);
      assert.equal(reached(29), null);
      assert.equal(reached(10_000), null);
      assert.equal(paceOf(rows, 'tokens', november, 0, now)?.ratio, Number.POSITIVE_INFINITY);
    });

    it('leaves out days that have not come', () => {
      const pace = paceOf([day(21, 15), day(25, 999)], 'tokens', november, null, now);
      assert.equal(pace?.perDay, 10);
    });
  });

  it('names days in UTC', () => {
    assert.equal(utcDay(Date.parse('2026-11-22T23:30:00-05:00')), '2026-11-23');
  });
});
