import type { ComponentChildren, JSX } from 'preact';
import { clip } from '../../shared/format.ts';
import { t } from '../../shared/l10n.ts';
import { Fact } from '../components/Fact.tsx';
import { ConnectionDot, tones } from '../components/Header.tsx';
import { RelativeTime } from '../components/RelativeTime.tsx';
import { useDashboard } from '../context.ts';
import { connectionWords } from '../words.ts';

/** How the rows stand to the database, and of where they are. */
export function Standing(): JSX.Element | null {
  const { store, clock, formats } = useDashboard();
  const status = store.status.value;
  if (!status) return null;
  const { state, message, hint, asOf, verifiedAt, latency, backend, account, clockOffset } = status;
  const moment = (at: number | null): ComponentChildren =>
    at === null ? (
      t('Not yet')
    ) : (
      <>
        <span class="num">{formats.dateTime(at)}</span>
        <span class="muted">
          {' · '}
          <RelativeTime at={at + clockOffset} />
        </span>
      </>
    );
  return (
    <section class="sheet-part" data-details="standing" aria-label={t('State')}>
      <p class={`standing tone-${tones[state]}`}>
        <ConnectionDot />
        <strong>{connectionWords(status, formats, clock.minute.value)}</strong>
      </p>
      {message ? <p>{clip(message, 1_000)}</p> : null}
      {hint ? <p class="muted">{clip(hint, 1_000)}</p> : null}
      <dl class="facts sheet-facts">
        <Fact name={t('Checked against the database')}>{moment(verifiedAt)}</Fact>
        {state === 'live' ? null : <Fact name={t('Shows the data of')}>{moment(asOf)}</Fact>}
        <Fact name={t('Delivery')}>
          {latency === null ? (
            t('Not measured yet')
          ) : (
            <>
              <span class="num">{formats.milliseconds(latency)}</span>{' '}
              <span class="muted">{t('from commit to here, by the last test change')}</span>
            </>
          )}
        </Fact>
        <Fact name={t('Backend')}>{backend ? clip(backend.label, 200) : t('None chosen')}</Fact>
        <Fact name={t('Account')}>{account === null ? t('Signed out') : clip(account, 200)}</Fact>
      </dl>
    </section>
  );
}
