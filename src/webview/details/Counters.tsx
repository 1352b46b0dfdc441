import type { JSX } from 'preact';
import type { Formats } from '../../shared/format.ts';
import { t } from '../../shared/l10n.ts';
import type { SyncCounters } from '../../shared/syncDetails.ts';
import { useDashboard } from '../context.ts';
import { Part } from './Part.tsx';

/** Everything that sync counts, since it was opened. */
export function Counters(): JSX.Element | null {
  const { store, formats } = useDashboard();
  const counters = store.details.value?.counters;
  if (!counters) return null;
  return (
    <Part name="counters" title={t('Counters')}>
      <p class="muted">
        {t(
          'Since {0}. Bytes are those of texts as sent and received, before compression.',
          formats.dateTime(counters.since),
        )}
      </p>
      <table class="figures">
        <caption class="visually-hidden">{t('What sync has counted')}</caption>
        {groups(counters, formats).map(({ title, rows }) => (
          <tbody key={title}>
            <tr>
              <th scope="rowgroup" colSpan={2} class="figures-group">
                {title}
              </th>
            </tr>
            {rows.map(([name, value]) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td>{value}</td>
              </tr>
            ))}
          </tbody>
        ))}
      </table>
    </Part>
  );
}

interface Group {
  readonly title: string;
  readonly rows: readonly (readonly [name: string, value: string])[];
}

function groups(counters: SyncCounters, formats: Formats): Group[] {
  const { http, socket } = counters;
  const number = (value: number): string => formats.number(value);
  const bytes = (value: number): string => formats.bytes(value);
  const changes = Object.values(counters.events).reduce((sum, count) => sum + count, 0);
  return [
    {
      title: t('Live connection'),
      rows: [
        [t('Connections opened'), number(socket.joins)],
        [t('Changes received'), number(changes)],
        [t('Received although known'), number(counters.duplicates)],
        [t('Could not be read'), number(counters.damaged)],
        [t('Gaps noticed'), number(counters.gaps)],
        [t('Test changes sent'), number(counters.pings)],
        [t('Bytes received'), bytes(socket.bytesReceived)],
        [t('Bytes sent'), bytes(socket.bytesSent)],
      ],
    },
    {
      title: t('Fetching'),
      rows: [
        [t('Fetches of what is new'), number(counters.pulls)],
        [t('Of these, routine checks'), number(counters.headChecks)],
        [t('Requests they took'), number(counters.pages)],
        [t('Changes they brought'), number(counters.pulled)],
        [t('Loaded anew from the start'), number(counters.resyncs)],
      ],
    },
    {
      title: t('All requests'),
      rows: [
        [t('Requests'), number(http.requests)],
        [t('Of these, failed'), number(http.failed)],
        [t('Bytes received'), bytes(http.bytesReceived)],
        [t('Bytes sent'), bytes(http.bytesSent)],
      ],
    },
  ];
}
