import './support/dom.ts';
import assert from 'node:assert/strict';
import { Formats } from '../../src/shared/format.ts';
import type { LimitFact } from '../../src/shared/limits.ts';
import { factWords } from '../../src/shared/limitWords.ts';
import type { SubscriptionRow } from '../../src/shared/model.ts';
import { calmWords, consequenceWords, paceReason, stopWords } from '../../src/webview/usage/limitWords.ts';
import { planNotice, priceWords, renewalName } from '../../src/webview/usage/planWords.ts';
import { fixtureNow as now, subscriptionRow } from '../fixtures/rows.ts';

const formats = new Formats('en', 'UTC');
const period = { start: Date.parse('2026-11-01T00:00:00Z'), end: Date.parse('2026-12-01T00:00:00Z') };

describe('words of limits', () => {
  const stop = {
    ...{ metric: 'gpu_minutes', limit: 1_500, used: 1_490 },
    ...{ at: '2026-11-22T09:03:00Z', resets_at: '2026-12-01T00:00:00Z' },
  };

  it('say which limit stopped a run, when, and until when', () => {
    assert.equal(
      stopWords(stop, formats, now),
      'Stopped by the limit of 1,500 GPU minutes at 9:03 AM. It resets in 8d 12h (Dec 1).',
    );
    assert.equal(
      stopWords(stop, formats, Date.parse('2026-12-02T00:00:00Z')),
      'Stopped by the limit of 1,500 GPU minutes at Nov 22, 9:03 AM. It was reset on Dec 1.',
    );
  });

  it('leave out of a stop what cannot be read', () => {
    const words = stopWords({ ...stop, at: 'soon', resets_at: '' }, formats, now);
    assert.equal(words, 'Stopped by the limit of 1,500 GPU minutes.');
  });

  it('say what happens at the limit', () => {
    const usage = { metric: 'tokens', used: 1, limit: 10, ratio: 0.1, unit: null } as const;
    const words = (level: 'fine' | 'reached' | 'unlimited' | 'unknown', hard: boolean) =>
      consequenceWords({ ...usage, level, hard }, period, formats, now);
    assert.equal(words('fine', true), 'At the limit further usage is refused until Dec 1.');
    assert.equal(words('reached', true), 'Further usage is refused until Dec 1.');
    assert.equal(words('fine', false), 'The limit only warns; usage goes on.');
    assert.equal(words('unlimited', true), 'The plan sets no limit.');
    assert.equal(words('unknown', false), 'The plan names no limit for it.');
  });

  it('say how the pace was computed, and when it comes to the limit', () => {
    const pace = { perDay: 5_200_000, projected: 1, ratio: 1.1, days: 6.5, exhaustedAt: now + 86_400_000 };
    assert.equal(
      paceReason('tokens', pace, formats, now),
      'Mean of the last 7 days: 5.2M a day. The limit is reached about Nov 23.',
    );
    const short = { ...pace, exhaustedAt: null };
    assert.match(paceReason('tokens', { ...short, days: 0.6 }, formats, now), /^Mean of today:/);
    assert.match(paceReason('tokens', { ...short, days: 1.5 }, formats, now), /^Mean of the last 2 days:/);
    assert.match(paceReason('tokens', null, formats, now), /^No pace yet/);
  });

  it('say of a limit what it does, since when and until when, as far as the rows tell', () => {
    const fact: LimitFact = {
      ...{ metric: 'tokens', limit: 1_000, used: 1_000, hard: true, state: 'reached', since: null },
      ...{ sinceDay: true, until: period.end, stopped: 0, stoppedRun: null },
    };
    const words = (fields: Partial<LimitFact>) => factWords({ ...fact, ...fields }, formats, now);
    const [day, moment] = [Date.parse('2026-11-20'), Date.parse('2026-11-22T09:03:00Z')];
    const refused = 'Further usage is refused until Dec 1 (in 8d 12h).';
    const warned = 'The limit only warns; usage goes on. Resets Dec 1 (in 8d 12h).';
    assert.equal(words({}), `Tokens: limit of 1,000 reached. ${refused}`);
    assert.equal(words({ since: day }), `Tokens: limit of 1,000 reached on Nov 20. ${refused}`);
    assert.equal(
      words({ since: moment, sinceDay: false, stopped: 1 }),
      `Tokens: limit of 1,000 reached at 9:03 AM. 1 run was stopped. ${refused}`,
    );
    const over = { state: 'over', used: 1_200, hard: false } as const;
    assert.equal(words(over), `Tokens: over the limit of 1,000, by 200. ${warned}`);
    assert.equal(
      words({ ...over, since: day }),
      `Tokens: over the limit of 1,000 since Nov 20, by 200. ${warned}`,
    );
    const refusing = { state: 'refusing', used: 990, stopped: 2 } as const;
    assert.equal(
      words(refusing),
      'Tokens: refusing further usage. 2 runs were stopped. Only 10 of 1,000 is left until Dec 1 (in 8d 12h).',
    );
  });

  it('name the limit that is nearest while none is reached', () => {
    assert.equal(calmWords([], formats), 'No limit applies to what is used here.');
  });
});

describe('words of a plan', () => {
  const notice = (fields: Partial<SubscriptionRow>) => planNotice(subscriptionRow(0, fields), formats, now);

  it('say nothing while it is active and renews, or has a status that nobody knows', () => {
    assert.equal(notice({}), null);
    assert.equal(notice({ status: '<b>odd</b>' }), null);
  });

  it('warn of a trial that ends within three days, and say what follows', () => {
    const trial = { status: 'trialing', trial_end: '2026-11-24T12:00:00Z' };
    assert.equal(notice(trial)?.tone, 'warn');
    assert.equal(notice({ ...trial, trial_end: '2026-11-29T12:00:00Z' })?.tone, 'accent');
    assert.match(notice({ ...trial, cancel_at_period_end: true })?.text ?? '', /ends with it/);
    assert.match(notice({ ...trial, price_cents: 0 })?.text ?? '', /goes on for free/);
    assert.match(notice({ ...trial, trial_end: '2026-11-20T12:00:00Z' })?.head ?? '', /ended on Nov 20/);
  });

  it('tell since when payment is past due where the renewal was due', () => {
    assert.match(
      notice({ status: 'past_due', current_period_end: '2026-11-20T00:00:00Z' })?.head ?? '',
      /past due since Nov 20\./,
    );
  });

  it('await no renewal of a plan that was canceled, or does not go on by itself', () => {
    const over = { current_period_end: '2026-11-20T00:00:00Z', cancel_at_period_end: true };
    const notice = planNotice(subscriptionRow(0, over), formats, now);
    assert.equal(notice?.head, 'The plan ended on Nov 20.');
    assert.match(notice.text, /^It was canceled/);
    const name = (status: string) => renewalName(subscriptionRow(0, { status }), now);
    assert.deepEqual(['active', 'paused', 'unpaid'].map(name), ['Renews', 'Period ends', 'Period ends']);
  });

  it('tell the price, free or unknown', () => {
    const price = (price_cents: number | null) => priceWords(subscriptionRow(0, { price_cents }), formats);
    assert.deepEqual([price(2_000), price(0), price(null)], ['$20 / month', 'Free', null]);
  });
});
