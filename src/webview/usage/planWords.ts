import { clip, type Formats } from '../../shared/format.ts';
import { t } from '../../shared/l10n.ts';
import type { SubscriptionRow } from '../../shared/model.ts';
import { dayMs } from '../../shared/usage.ts';

/** The words of a plan: what its status means, and what comes next. `now` is the server's, ms since 1970. */

export interface PlanNotice {
  readonly tone: 'accent' | 'warn' | 'bad' | 'quiet';
  readonly head: string;
  readonly text: string;
}

/** A trial that ends within these days is told as a warning. */
const soon = 3 * dayMs;

/** What somebody must know of the plan beyond its facts; null while it is active and goes on. */
export function planNotice(row: SubscriptionRow, formats: Formats, now: number): PlanNotice | null {
  const end = moment(row.current_period_end);
  switch (row.status) {
    case 'past_due':
      return {
        tone: 'bad',
        head:
          end !== null && end <= now
            ? t('Payment is past due since {0}.', formats.utcDate(end, now))
            : t('Payment is past due.'),
        text: t('The limits still count. If it stays unpaid, the plan may end: check the payment method.'),
      };
    case 'unpaid':
      return {
        tone: 'bad',
        head: t('The plan is unpaid.'),
        text: t('Payment was tried and given up. Pay what is open, or choose another plan.'),
      };
    case 'incomplete':
      return {
        tone: 'warn',
        head: t('The first payment has not gone through.'),
        text: t('The plan begins once it does.'),
      };
    case 'paused':
      return { tone: 'warn', head: t('The plan is paused.'), text: t('It goes on when it is resumed.') };
    case 'canceled':
      return {
        tone: 'quiet',
        head: t('The plan is canceled.'),
        text:
          end !== null && end > now
            ? t('Its period ends in {0} ({1}).', ...until(end, formats, now))
            : t('Choose a plan to go on.'),
      };
    case 'trialing':
      return trialNotice(row, formats, now);
    default:
      return endNotice(row, end, formats, now);
  }
}

function trialNotice(row: SubscriptionRow, formats: Formats, now: number): PlanNotice {
  const end = moment(row.trial_end) ?? moment(row.current_period_end);
  const price = priceWords(row, formats);
  const then = row.cancel_at_period_end
    ? t('The plan ends with it.')
    : price === null
      ? t('Then the plan goes on.')
      : row.price_cents === 0
        ? t('Then it goes on for free.')
        : t('Then it costs {0}.', price);
  if (end === null) return { tone: 'accent', head: t('This is a trial.'), text: then };
  if (end <= now)
    return {
      tone: 'warn',
      head: t('The trial ended on {0}.', formats.utcDate(end, now)),
      text: t('What follows has not been recorded yet.'),
    };
  const tone = end - now <= soon ? 'warn' : 'accent';
  return { tone, head: t('The trial ends in {0} ({1}).', ...until(end, formats, now)), text: then };
}

function endNotice(
  row: SubscriptionRow,
  end: number | null,
  formats: Formats,
  now: number,
): PlanNotice | null {
  if (row.cancel_at_period_end && end !== null && end <= now)
    return {
      tone: 'warn',
      head: t('The plan ended on {0}.', formats.utcDate(end, now)),
      text: t('It was canceled. Usage counts by calendar month; choose a plan to go on.'),
    };
  if (end !== null && end <= now)
    return {
      tone: 'warn',
      head: t('The period ended on {0}.', formats.utcDate(end, now)),
      text: t('Usage counts by calendar month until the next one is recorded.'),
    };
  if (!row.cancel_at_period_end) return null;
  return {
    tone: 'warn',
    head:
      end === null
        ? t('The plan will not renew.')
        : t('The plan ends in {0} ({1}).', ...until(end, formats, now)),
    text: t('It was canceled and will not renew.'),
  };
}

/** How long it is until then, and its day: `8d 12h`, `Dec 1`. */
function until(at: number, formats: Formats, now: number): [string, string] {
  return [formats.duration(at - now), formats.utcDate(at, now)];
}

/** `$20 / month`, `Free`; null when the row tells no price. */
export function priceWords(row: SubscriptionRow, formats: Formats): string | null {
  if (row.price_cents === null) return null;
  if (row.price_cents === 0) return t('Free');
  const price = formats.money(row.price_cents, row.currency);
  switch (row.billing_interval) {
    case null:
      return price;
    case 'month':
      return t('{0} / month', price);
    case 'year':
      return t('{0} / year', price);
    default:
      return `${price} / ${clip(row.billing_interval, 20)}`;
  }
}

/** Nothing renews by itself in these. */
const stalled = new Set(['paused', 'unpaid', 'incomplete']);

/** What is to come at the end of the period, as the name of the fact. */
export function renewalName(row: SubscriptionRow, now: number): string {
  const end = moment(row.current_period_end);
  const over = end !== null && end <= now;
  if (row.cancel_at_period_end || row.status === 'canceled') return over ? t('Ended') : t('Ends');
  if (stalled.has(row.status)) return over ? t('Period ended') : t('Period ends');
  return over ? t('Renewal was due') : t('Renews');
}

function moment(at: string | null): number | null {
  const ms = at === null ? Number.NaN : Date.parse(at);
  return Number.isFinite(ms) ? ms : null;
}
