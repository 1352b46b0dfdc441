import { computed } from '@preact/signals';
import type { JSX } from 'preact';
import { useLayoutEffect, useMemo } from 'preact/hooks';
import { t } from '../../shared/l10n.ts';
import { EmptyProject, SectionBody } from '../components/Placeholder.tsx';
import { Windowed } from '../components/Windowed.tsx';
import { useDashboard } from '../context.ts';
import { Beyond } from '../timeline/Beyond.tsx';
import { Entry, openOf } from '../timeline/Entry.tsx';
import { isFiltered } from '../timeline/filter.ts';
import type { Entry as Row } from '../timeline/groups.ts';
import { Reporting } from '../timeline/Reporting.tsx';
import { pageRows } from '../timeline/timeline.ts';
import { kindName } from '../timeline/words.ts';

/** What the timeline shows; `onDrawn` hears that it is there. */
export function ActivityBody({ onDrawn }: { onDrawn: () => void }): JSX.Element {
  useLayoutEffect(onDrawn, []);
  return (
    <>
      <Reporting />
      <Body />
    </>
  );
}

/** Reads the entries inside the section, so that one that cannot be read fails the section alone. */
function Body(): JSX.Element {
  const { timeline, ui } = useDashboard();
  const entries = timeline.entries.value;
  const filtered = isFiltered(ui.timelineFilter.value);
  return (
    <SectionBody
      rows={6}
      isEmpty={entries.length === 0}
      empty={filtered || timeline.beyond.value ? <NoMatch /> : firstWords()}
    >
      {() => (
        <Windowed items={entries} first={25} step={pageRows} name="activity" end={<Beyond />}>
          {(shown) => <Days entries={shown} />}
        </Windowed>
      )}
    </SectionBody>
  );
}

function firstWords(): string {
  return t(
    'Saves, tasks, debug sessions and runs appear here as they happen. Save a file to see the first one.',
  );
}

/** Nothing passes: the way out of what hides the rest, the kind before the project. */
function NoMatch(): JSX.Element {
  const { ui, actions } = useDashboard();
  const kind = ui.timelineKind.value;
  return (
    <>
      <p>
        {kind === null ? (
          ui.project.value === null ? (
            t('No recent entries.')
          ) : (
            <EmptyProject words={(project) => t('No entries in {0}.', project)} />
          )
        ) : (
          <>
            {t('No entries of the kind “{0}”.', kindName(kind))}{' '}
            <button type="button" class="button link" onClick={() => actions.filterKind(null)}>
              {t('Show all kinds')}
            </button>
          </>
        )}
      </p>
      <Beyond />
    </>
  );
}

function Days({ entries }: { entries: readonly Row[] }): JSX.Element {
  const { ui, timeline } = useDashboard();
  const open = ui.open.value;
  return (
    <>
      {byDay(entries, timeline.dayOf).map(({ day, rows }) => (
        <div class="day" key={day}>
          <DayHeading at={rows[0].parts[0].moment.at} />
          <ul class="rows moments">
            {rows.map((entry) => (
              <Entry key={entry.key} entry={entry} open={openOf(entry, open)} />
            ))}
          </ul>
        </div>
      ))}
    </>
  );
}

/** `Today` until midnight passes: only the words change. */
function DayHeading({ at }: { at: number }): JSX.Element {
  const { clock, formats } = useDashboard();
  const text = useMemo(() => computed(() => formats.dayHeading(at, clock.minute.value)), [at]);
  return <h3>{text}</h3>;
}

interface Day {
  readonly day: string;
  readonly rows: [Row, ...Row[]];
}

function byDay(entries: readonly Row[], dayOf: (at: number) => string): Day[] {
  const days: Day[] = [];
  for (const entry of entries) {
    const day = dayOf(entry.parts[0].moment.at);
    const last = days.at(-1);
    if (last?.day === day) last.rows.push(entry);
    else days.push({ day, rows: [entry] });
  }
  return days;
}
