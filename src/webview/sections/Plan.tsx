import type { ComponentChildren, JSX } from 'preact';
import { capitalise, clip, type Formats } from '../../shared/format.ts';
import { lookup } from '../../shared/lookup.ts';
import type { SubscriptionRow } from '../../shared/model.ts';
import { metricName, plain } from '../../shared/names.ts';
import { CommandButton } from '../components/CommandButton.tsx';
import { SectionBody } from '../components/Placeholder.tsx';
import { ProgressBar } from '../components/ProgressBar.tsx';
import { Fact } from '../components/RunDetails.tsx';
import { Section } from '../components/Section.tsx';
import { useHighlight } from '../components/useHighlight.ts';
import { useDashboard } from '../context.ts';

export function Plan(): JSX.Element {
  const subscription = useDashboard().views.subscription.value;
  return (
    <Section name="plan" title="Plan">
      <SectionBody
        what="plan"
        rows={5}
        isEmpty={subscription === null}
        empty="Your plan, its period and its limits appear here once your account has a subscription. Usage counts by calendar month until then."
      >
        {() => (subscription ? <Subscription row={subscription} /> : null)}
      </SectionBody>
    </Section>
  );
}

const tones: Readonly<Record<string, string>> = {
  active: 'good',
  trialing: 'accent',
  past_due: 'bad',
  unpaid: 'bad',
  incomplete: 'warn',
  canceled: 'quiet',
  paused: 'warn',
};

function Subscription({ row }: { row: SubscriptionRow }): JSX.Element {
  const { clock, formats: signal, views } = useDashboard();
  const formats = signal.value;
  const element = useHighlight<HTMLDivElement>(row, row.updated_at);
  const { start, end } = views.period.value;
  const now = clock.minute.value;
  const gone = Math.min(1, Math.max(0, (now - start) / (end - start)));
  const length = Math.max(1, Math.round((end - start) / 86_400_000));
  return (
    <div class="plan" data-id={row.id} ref={element}>
      <p class="plan-name">
        <span class="strong ellipsis">{clip(capitalise(row.plan))}</span>
        <span class={`tag tone-${lookup(tones, row.status) ?? 'quiet'}`}>{plain(row.status)}</span>
      </p>
      <ProgressBar value={gone} label="Share of the period gone by" tone="quiet" />
      <dl class="facts plan-facts">
        <Fact name="Price">{priceWords(row, formats)}</Fact>
        <Fact name="Period">
          <span class="num">
            {formats.utcDate(start, now)} – {formats.utcDate(end, now)}
          </span>
        </Fact>
        <Fact name="Day">
          <span class="num">
            {formats.number(Math.min(length, Math.floor(gone * length) + 1))} of {formats.number(length)}
          </span>
        </Fact>
        <Fact name={renewalName(row, now)}>{renewalWords(row, formats, now)}</Fact>
        {row.status === 'trialing' && row.trial_end ? (
          <Fact name="Trial ends">{formats.utcDate(Date.parse(row.trial_end), now)}</Fact>
        ) : null}
      </dl>
      <Limits row={row} />
      {row.upgrade_url ? (
        <p class="plan-upgrade">
          <CommandButton command="openUpgrade" look="secondary">
            Change Plan…
          </CommandButton>
        </p>
      ) : null}
    </div>
  );
}

function Limits({ row }: { row: SubscriptionRow }): JSX.Element | null {
  const formats = useDashboard().formats.value;
  const limits = Object.entries(row.limits);
  if (limits.length === 0) return null;
  return (
    <>
      <h3>Limits per period</h3>
      <dl class="facts plan-facts">
        {limits.map(([metric, { limit, unit, hard }]) => (
          <Fact key={metric} name={metricName(metric)}>
            <span class="num">{limit === null ? 'Unlimited' : formats.amount(metric, limit)}</span>
            {limit !== null && unit && unit !== metric && unit !== 'bytes' ? ` ${unit}` : ''}
            {hard && limit !== null ? (
              <span class="muted" title="At a hard limit further usage is refused.">
                {' '}
                hard limit
              </span>
            ) : null}
          </Fact>
        ))}
      </dl>
    </>
  );
}

function priceWords(row: SubscriptionRow, formats: Formats): ComponentChildren {
  if (row.price_cents === null) return '–';
  if (row.price_cents === 0) return 'Free';
  const price = formats.money(row.price_cents, row.currency);
  return <span class="num">{row.billing_interval ? `${price} / ${row.billing_interval}` : price}</span>;
}

function renewalName(row: SubscriptionRow, now: number): string {
  const over = row.current_period_end !== null && Date.parse(row.current_period_end) <= now;
  if (row.cancel_at_period_end || row.status === 'canceled') return over ? 'Ended' : 'Ends';
  return over ? 'Renewal was due' : 'Renews';
}

function renewalWords(row: SubscriptionRow, formats: Formats, now: number): ComponentChildren {
  if (!row.current_period_end) return 'No date set';
  return <span class="num">{formats.utcDate(Date.parse(row.current_period_end), now)}</span>;
}
