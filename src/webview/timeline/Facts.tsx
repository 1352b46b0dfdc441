import type { JSX } from 'preact';
import { clip } from '../../shared/format.ts';
import { plural, t } from '../../shared/l10n.ts';
import { statusName } from '../../shared/names.ts';
import { Fact } from '../components/Fact.tsx';
import { useDashboard } from '../context.ts';
import type { Part } from './groups.ts';
import { ProjectLink, RunLink } from './Links.tsx';
import type { EventMoment, RunMoment } from './moments.ts';
import { standingOf } from './words.ts';

/** Entries of a payload that are shown, and characters of each. */
const maxEntries = 40;
const maxValue = 500;

/** Exactly what was reported, as text. */
export function Facts({ part: { moment, started } }: { part: Part }): JSX.Element {
  return moment.kind === 'run' ? (
    <RunFacts moment={moment} />
  ) : (
    <EventFacts moment={moment} started={started} />
  );
}

function EventFacts({ moment, started }: { moment: EventMoment; started: EventMoment | null }): JSX.Element {
  const { store, formats } = useDashboard();
  const { event, at, state } = moment;
  const session = store.session.value;
  const entries = Object.entries(event.payload);
  const more = entries.length - maxEntries;
  return (
    <dl class="facts moment-facts">
      <Fact name={t('Time')}>{formats.dateTime(at)}</Fact>
      {started ? <Fact name={t('Started')}>{formats.dateTime(started.at)}</Fact> : null}
      <Fact name={t('Type')}>
        <code>{clip(event.event_type, maxValue)}</code>
      </Fact>
      {state === 'stored' ? null : <Fact name={t('State')}>{standingOf(state).words}</Fact>}
      {event.editor ? <Fact name={t('Editor')}>{clip(event.editor, maxValue)}</Fact> : null}
      {event.session_id && session !== null ? (
        <Fact name={t('Window')}>
          {event.session_id === session ? t('This window') : t('Another window')}
        </Fact>
      ) : null}
      <Meant project={event.project_id} run={event.run_id} />
      {entries.slice(0, maxEntries).map(([name, value]) => (
        <Fact key={name} name={clip(name, 60)}>
          <code>{valueWords(value)}</code>
        </Fact>
      ))}
      {more > 0 ? (
        <Fact name="…">{plural(more, '{0} more entry', '{0} more entries', formats.number(more))}</Fact>
      ) : null}
      <Fact name={t('Id')}>
        <code>{clip(event.id, maxValue)}</code>
      </Fact>
    </dl>
  );
}

function RunFacts({ moment: { run, at, end } }: { moment: RunMoment }): JSX.Element {
  const { formats } = useDashboard();
  return (
    <dl class="facts moment-facts">
      <Fact name={t('Time')}>{formats.dateTime(at)}</Fact>
      {end ? <Fact name={t('Status')}>{statusName(run.status)}</Fact> : null}
      <Meant project={run.project_id} run={run.id} />
      {end && run.error ? <Fact name={t('Error')}>{clip(run.error, maxValue)}</Fact> : null}
    </dl>
  );
}

/** Project and run by name, or by id where the page does not hold them. */
function Meant({ project, run }: { project: string | null; run: string | null }): JSX.Element {
  const { store, timeline } = useDashboard();
  const isKnown = project !== null && store.tables.projects.value.has(project);
  return (
    <>
      {project === null ? null : (
        <Fact name={t('Project')}>
          {isKnown ? <ProjectLink id={project} /> : <code>{clip(project)}</code>}
        </Fact>
      )}
      {run === null ? null : (
        <Fact name={t('Run')}>
          {timeline.runs.value.has(run) ? <RunLink id={run} /> : <code>{clip(run)}</code>}
        </Fact>
      )}
    </>
  );
}

function valueWords(value: unknown): string {
  return clip(typeof value === 'string' ? value : (JSON.stringify(value) ?? '–'), maxValue);
}
