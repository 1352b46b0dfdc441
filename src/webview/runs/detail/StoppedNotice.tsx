import type { JSX } from 'preact';
import type { Stop } from '../../../shared/model.ts';
import { metricName } from '../../../shared/names.ts';
import { CommandButton } from '../../components/CommandButton.tsx';
import { useDashboard } from '../../context.ts';
import { Notice } from './Notice.tsx';

/** Which limit stopped a run, since when, until when, and what can be done. */
export function StoppedNotice({ stop }: { stop: Stop }): JSX.Element {
  const { clock, formats: signal, views } = useDashboard();
  const formats = signal.value;
  const now = clock.minute.value;
  const amount = (value: number): string => formats.amount(stop.metric, value);
  const over = Date.parse(stop.resets_at) <= now;
  const upgrade = views.subscription.value?.upgrade_url ?? null;
  return (
    <Notice
      tone="warn"
      icon="stop"
      kind="stopped"
      head={`Stopped by the limit of ${metricName(stop.metric)}: ${amount(stop.used)} of ${amount(stop.limit)} were used.`}
    >
      Since {formats.clock(Date.parse(stop.at), now)}.{' '}
      {over
        ? 'A new period has begun since: the run can be started again.'
        : `Usage counts from zero again on ${formats.utcDate(Date.parse(stop.resets_at), now)}; until then start it again after an upgrade, or once less is used.`}{' '}
      {!over && upgrade !== null ? (
        <CommandButton command="openUpgrade" look="link">
          Upgrade
        </CommandButton>
      ) : null}
    </Notice>
  );
}
