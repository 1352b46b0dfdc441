import type { ComponentChildren, JSX } from 'preact';
import { capitalise, clip, type Formats } from '../../shared/format.ts';
import { t } from '../../shared/l10n.ts';
import { canUpgrade } from '../../shared/limits.ts';
import { lookup } from '../../shared/lookup.ts';
import type { SubscriptionRow } from '../../shared/model.ts';
import { metricName, statusName, unitName } from '../../shared/names.ts';
import { dayCount } from '../../shared/usage.ts';
import { CommandButton } from '../components/CommandButton.tsx';
import { Fact } from '../components/Fact.tsx';
import { SectionBody } from '../components/Placeholder.tsx';
import { ProgressBar } from '../components/ProgressBar.tsx';
import { Section } from '../components/Section.tsx';
import { useHighlight } from '../components/useHighlight.ts';
import { useDashboard } from '../context.ts';
import { planNotice, priceWords, renewalName } from '../usage/planWords.ts';

export function Plan(): JSX.Element {
  const subscription = useDashboard().views.subscription.value;
  return (
    <Section name="plan" title={t('Plan')}>
      <SectionBody
        rows={5}
        isEmpty={subscription === null}
        empty={t(
          'Your plan, its period and its limits appear here once your account has a subscription. Usage counts by calendar month until then.',
        )}
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
  const { clock, formats, views } = useDashboard();
  const element = useHighlight<HTMLDivElement>(row, row.updated_at);
  const period = views.period.value;
  const { start, end } = period;
  const now = clock.minute.value;
  const gone = Math.min(1, Math.max(0, (now - start) / (end - start)));
  const length = dayCount(period);
  return (
    <div class="plan" data-id={row.id} ref={element}>
      <p class="plan-name">
        <span class="strong ellipsis">{clip(capitalise(row.plan))}</span>
        <span class={`tag tone-${lookup(tones, row.status) ?? 'quiet'}`}>{statusName(row.status)}</span>
      </p>
      <Notice row={row} />
      <ProgressBar value={gone} label={t('Share of the period gone by')} tone="quiet" />
      <dl class="facts plan-facts">
        <Fact name={t('Price')}>
          <span class="num">{clip(priceWords(row, formats) ?? '–', 60)}</span>
        </Fact>
        <Fact name={t('Period')}>
          <span class="num">
            {formats.utcDate(start, now)} – {formats.utcDate(end, now)}
          </span>
        </Fact>
        <Fact name={t('Day')}>
          <span class="num">
            {t(
              '{0} of {1}',
              formats.number(Math.min(length, Math.floor(gone * length) + 1)),
              formats.number(length),
            )}
          </span>
        </Fact>
        <Fact name={renewalName(row, now)}>{renewalWords(row, formats, now)}</Fact>
      </dl>
      <Limits row={row} />
      {canUpgrade(row) ? (
        <p class="plan-upgrade">
          <CommandButton command="openUpgrade" look="secondary">
            {t('Change Plan…')}
          </CommandButton>
        </p>
      ) : null}
    </div>
  );
}

/** What the status means and what comes next. */
function Notice({ row }: { row: SubscriptionRow }): JSX.Element | null {
  const { clock, formats } = useDashboard();
  const notice = planNotice(row, formats, clock.minute.value);
  if (!notice) return null;
  return (
    <p class={`plan-notice num tone-${notice.tone}`} data-plan-notice={row.status}>
      <strong>{notice.head}</strong> {notice.text}
    </p>
  );
}

function Limits({ row }: { row: SubscriptionRow }): JSX.Element | null {
  const formats = useDashboard().formats;
  const limits = Object.entries(row.limits);
  if (limits.length === 0) return null;
  return (
    <>
      <h3 id="plan-limits">{t('Limits per period')}</h3>
      <dl
        class="facts plan-facts"
        aria-labelledby="plan-limits"
        tabIndex={limits.length > 12 ? 0 : undefined}
      >
        {limits.map(([metric, { limit, unit, hard }]) => (
          <Fact key={metric} name={metricName(metric)}>
            <span class="num">{limit === null ? t('Unlimited') : formats.amount(metric, limit)}</span>
            {limit !== null && unit && unit !== metric && unit !== 'bytes' ? ` ${unitName(unit)}` : ''}
            {hard && limit !== null ? (
              <span
                class="muted"
                title={t('At a hard limit further usage is refused; other limits only warn.')}
              >
                {' '}
                {t('hard limit')}
              </span>
            ) : null}
          </Fact>
        ))}
      </dl>
    </>
  );
}

function renewalWords(row: SubscriptionRow, formats: Formats, now: number): ComponentChildren {
  const end = Date.parse(row.current_period_end ?? '');
  return Number.isFinite(end) ? <span class="num">{formats.utcDate(end, now)}</span> : t('No date set');
}
