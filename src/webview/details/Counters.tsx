import type { JSX } from 'preact';
import type { Formats } from '../../shared/format.ts';
import type { SyncCounters } from '../../shared/syncDetails.ts';
import { useDashboard } from '../context.ts';
import { Part } from './Part.tsx';

/** Everything that sync counts, since it was opened. */
export function Counters(): JSX.Element | null {
  const { store, formats } = useDashboard();
  const counters = store.details.value?.counters;
  if (!counters) return null;
  return (
    <Part name="counters" title="Counters">
      <p class="muted">
        Since {formats.dateTime(counters.since)}. Bytes are those of texts as sent and received, before
        compression.
      </p>
      <table class="figures">
        <caption class="visually-hidden">What sync has counted</caption>
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
      title: 'Live connection',
      rows: [
        ['Connections opened', number(socket.joins)],
        ['Changes received', number(changes)],
        ['Received although known', number(counters.duplicates)],
        ['Could not be read', number(counters.damaged)],
        ['Gaps noticed', number(counters.gaps)],
        ['Test changes sent', number(counters.pings)],
        ['Bytes received', bytes(socket.bytesReceived)],
        ['Bytes sent', bytes(socket.bytesSent)],
      ],
    },
    {
      title: 'Fetching',
      rows: [
        ['Fetches of what is new', number(counters.pulls)],
        ['Of these, routine checks', number(counters.headChecks)],
        ['Requests they took', number(counters.pages)],
        ['Changes they brought', number(counters.pulled)],
        ['Loaded anew from the start', number(counters.resyncs)],
      ],
    },
    {
      title: 'All requests',
      rows: [
        ['Requests', number(http.requests)],
        ['Of these, failed', number(http.failed)],
        ['Bytes received', bytes(http.bytesReceived)],
        ['Bytes sent', bytes(http.bytesSent)],
      ],
    },
  ];
}
