import type { JSX } from 'preact';
import { clip, type Formats } from '../../shared/format.ts';
import { lookup } from '../../shared/lookup.ts';
import type { EventRow } from '../../shared/model.ts';
import type { DashboardStatus } from '../../shared/protocol.ts';
import { CommandButton } from '../components/CommandButton.tsx';
import { Icon } from '../components/Icon.tsx';
import type { IconName } from '../components/icons.ts';
import { memo } from '../components/memo.ts';
import { SectionBody } from '../components/Placeholder.tsx';
import { RelativeTime } from '../components/RelativeTime.tsx';
import { Section } from '../components/Section.tsx';
import { useHighlight } from '../components/useHighlight.ts';
import { Windowed } from '../components/Windowed.tsx';
import { useDashboard } from '../context.ts';
import { eventWords } from '../eventWords.ts';
import type { Moment } from '../state/views.ts';

export function Activity(): JSX.Element {
  const { views } = useDashboard();
  const moments = views.moments.value;
  return (
    <Section name="activity" title="Activity">
      <Reporting />
      <SectionBody
        what="activity"
        rows={6}
        isEmpty={moments.length === 0}
        empty="Saves, tasks, debug sessions and runs appear here as they happen. Save a file to see the first one."
      >
        {() => (
          <Windowed items={moments} first={25} step={50} name="activity" what="entries">
            {(shown) => <Days moments={shown} />}
          </Windowed>
        )}
      </SectionBody>
    </Section>
  );
}

/** Where this editor's events go, always said; the button agrees to it. */
function Reporting(): JSX.Element | null {
  const { store, formats } = useDashboard();
  const status = store.status.value;
  if (!status) return null;
  const { activity } = status;
  const count = (number: number, what: string) =>
    number > 0 ? ` ${formats.value.number(number)} ${what}.` : '';
  return (
    <p class="reporting muted" data-reporting={activity.reporting}>
      {reportingWords(status)}
      <span class="num">
        {count(activity.pending, 'not yet sent')}
        {count(activity.refused, 'refused by the backend')}
        {count(activity.dropped, 'given up unsent')}
      </span>{' '}
      {activity.reporting === 'notAgreed' ? (
        <CommandButton command="agreeToActivity" look="link">
          Report Activity
        </CommandButton>
      ) : null}
    </p>
  );
}

function reportingWords({ activity, backend }: DashboardStatus): string {
  if (!backend) return 'Nothing is reported while no backend is chosen.';
  switch (activity.reporting) {
    case 'off':
      return 'This editor reports nothing: reporting is switched off in the settings.';
    case 'notAgreed':
      return 'This editor reports nothing until you agree: saves, tasks and debug sessions, without file names or contents.';
    case 'paused':
      return 'Reporting is paused.';
    case 'excluded':
      return 'This editor reports nothing: a folder that is open is excluded in the settings.';
    case 'on':
      return activity.local
        ? 'What this editor reports stays on this machine.'
        : `This editor reports saves, tasks and debug sessions to ${backend?.label ?? 'the backend'}, without file names or contents.`;
    default:
      return activity.reporting satisfies never;
  }
}

interface Day {
  readonly key: string;
  readonly at: number;
  readonly moments: Moment[];
}

function Days({ moments }: { moments: readonly Moment[] }): JSX.Element {
  const { clock, formats } = useDashboard();
  const f = formats.value;
  return (
    <>
      {byDay(moments, f).map((day) => (
        <div class="day" key={day.key}>
          <h3>{f.dayHeading(day.at, clock.minute.value)}</h3>
          <ul class="rows moments">
            {day.moments.map(({ id, at, what }) =>
              what.kind === 'event' ? (
                <EventMoment key={id} at={at} event={what.event} />
              ) : (
                <RunMoment
                  key={id}
                  id={id}
                  at={at}
                  name={what.run.name}
                  status={what.kind === 'runStarted' ? 'started' : what.run.status}
                />
              ),
            )}
          </ul>
        </div>
      ))}
    </>
  );
}

function byDay(moments: readonly Moment[], formats: Formats): Day[] {
  const days: Day[] = [];
  for (const moment of moments) {
    const key = formats.localDay(moment.at);
    const last = days.at(-1);
    if (last?.key === key) last.moments.push(moment);
    else days.push({ key, at: moment.at, moments: [moment] });
  }
  return days;
}

const EventMoment = memo(function EventMomentView(props: { at: number; event: EventRow }): JSX.Element {
  const { at, event } = props;
  const words = eventWords(event, useDashboard().formats.value);
  const element = useHighlight<HTMLLIElement>(event, event.id);
  return (
    <li class="row moment" data-id={event.id} ref={element} title={event.editor ?? undefined}>
      <Icon name={words.icon} class={words.failed ? 'tone-bad' : ''} />
      <span class="moment-text">
        {words.verb}
        {words.subject ? <span class="strong"> {words.subject}</span> : null}
        {words.detail ? <span class="muted"> {words.detail}</span> : null}
      </span>
      <span class="muted moment-age">
        <RelativeTime at={at} />
      </span>
    </li>
  );
});

const runEnds: Readonly<
  Record<string, { readonly verb: string; readonly icon: IconName; readonly tone: string }>
> = {
  started: { verb: 'Run started', icon: 'play', tone: '' },
  completed: { verb: 'Run completed', icon: 'pass', tone: 'tone-good' },
  failed: { verb: 'Run failed', icon: 'error', tone: 'tone-bad' },
  cancelled: { verb: 'Run cancelled', icon: 'slash', tone: '' },
  stopped: { verb: 'Run stopped', icon: 'stop', tone: 'tone-warn' },
};

interface RunMomentProps {
  readonly id: string;
  readonly at: number;
  readonly name: string;
  readonly status: string;
}

const RunMoment = memo(function RunMomentView({ id, at, name, status }: RunMomentProps): JSX.Element {
  const words = lookup(runEnds, status) ?? { verb: 'Run ended', icon: 'beaker', tone: '' };
  return (
    <li class="row moment" data-id={id}>
      <Icon name={words.icon} class={words.tone} />
      <span class="moment-text">
        {words.verb} <span class="strong">{clip(name)}</span>
      </span>
      <span class="muted moment-age">
        <RelativeTime at={at} />
      </span>
    </li>
  );
});
