import { clip, type Formats } from '../../shared/format.ts';
import type { SubscriptionRow } from '../../shared/model.ts';

/** The words of a plan: what its status means, and what comes next. `now` is the server's, ms since 1970. */

export interface PlanNotice {
  readonly tone: 'accent' | 'warn' | 'bad' | 'quiet';
  readonly head: string;
  readonly text: string;
}

const dayMs = 86_400_000;
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
            ? `Payment is past due since ${formats.utcDate(end, now)}.`
            : 'Payment is past due.',
        text: 'The limits still count. If it stays unpaid, the plan may end: check the payment method.',
      };
    case 'unpaid':
      return {
        tone: 'bad',
        head: 'The plan is unpaid.',
        text: 'Payment was tried and given up. Pay what is open, or choose another plan.',
      };
    case 'incomplete':
      return {
        tone: 'warn',
        head: 'The first payment has not gone through.',
        text: 'The plan begins once it does.',
      };
    case 'paused':
      return { tone: 'warn', head: 'The plan is paused.', text: 'It goes on when it is resumed.' };
    case 'canceled':
      return {
        tone: 'quiet',
        head: 'The plan is canceled.',
        text:
          end !== null && end > now
            ? `Its period ends ${inWords(end, formats, now)}.`
            : 'Choose a plan to go on.',
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
    ? 'The plan ends with it.'
    : price === null
      ? 'Then the plan goes on.'
      : row.price_cents === 0
        ? 'Then it goes on for free.'
        : `Then it costs ${price}.`;
  if (end === null) return { tone: 'accent', head: 'This is a trial.', text: then };
  if (end <= now)
    return {
      tone: 'warn',
      head: `The trial ended on ${formats.utcDate(end, now)}.`,
      text: 'What follows has not been recorded yet.',
    };
  const tone = end - now <= soon ? 'warn' : 'accent';
  return { tone, head: `The trial ends ${inWords(end, formats, now)}.`, text: then };
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
      head: `The plan ended on ${formats.utcDate(end, now)}.`,
      text: 'It was canceled. Usage counts by calendar month; choose a plan to go on.',
    };
  if (end !== null && end <= now)
    return {
      tone: 'warn',
      head: `The period ended on ${formats.utcDate(end, now)}.`,
      text: 'Usage counts by calendar month until the next one is recorded.',
    };
  if (!row.cancel_at_period_end) return null;
  return {
    tone: 'warn',
    head: end === null ? 'The plan will not renew.' : `The plan ends ${inWords(end, formats, now)}.`,
    text: 'It was canceled and will not renew.',
  };
}

/** `in 8d 12h (Dec 1)` */
function inWords(at: number, formats: Formats, now: number): string {
  return `in ${formats.duration(at - now)} (${formats.utcDate(at, now)})`;
}

/** `$20 / month`, `Free`; null when the row tells no price. */
export function priceWords(row: SubscriptionRow, formats: Formats): string | null {
  if (row.price_cents === null) return null;
  if (row.price_cents === 0) return 'Free';
  const price = formats.money(row.price_cents, row.currency);
  return row.billing_interval ? `${price} / ${clip(row.billing_interval, 20)}` : price;
}

/** Nothing renews by itself in these. */
const stalled = new Set(['paused', 'unpaid', 'incomplete']);

/** What is to come at the end of the period, as the name of the fact. */
export function renewalName(row: SubscriptionRow, now: number): string {
  const end = moment(row.current_period_end);
  const over = end !== null && end <= now;
  if (row.cancel_at_period_end || row.status === 'canceled') return over ? 'Ended' : 'Ends';
  if (stalled.has(row.status)) return over ? 'Period ended' : 'Period ends';
  return over ? 'Renewal was due' : 'Renews';
}

function moment(at: string | null): number | null {
  const ms = at === null ? Number.NaN : Date.parse(at);
  return Number.isFinite(ms) ? ms : null;
}
