import { type EventKind, kindOf, type OwnEvent } from '../../shared/activity.ts';
import type { EventRow, RunRow } from '../../shared/model.ts';

/** An event as the timeline reads it: of the database, or of this window and still on its way there. */
export type ReportedEvent = OwnEvent['event'] | EventRow;

export interface EventMoment {
  readonly kind: EventKind;
  /** The event's. */
  readonly id: string;
  /** ms since 1970; microseconds are its fraction. */
  readonly at: number;
  readonly project: string | null;
  readonly event: ReportedEvent;
  /** `stored`: the database has it. */
  readonly state: 'stored' | OwnEvent['state'];
}

export interface RunMoment {
  readonly kind: 'run';
  /** The run's id followed by `/start` or `/end`. */
  readonly id: string;
  readonly at: number;
  readonly project: string | null;
  readonly end: boolean;
  readonly run: RunRow;
}

/** One moment of the timeline: an event, or a run that started or ended. */
export type Moment = EventMoment | RunMoment;

/** ms since 1970 with the microseconds as a fraction: the database orders by them. */
export function timeOf(iso: string): number {
  const ms = Date.parse(iso);
  const micros = /\.\d{3}(\d{1,3})/.exec(iso)?.[1];
  return micros === undefined ? ms : ms + Number(micros.padEnd(3, '0')) / 1000;
}

/** Newest first, then by id, the greater first, as the database pages; a time that cannot be read comes last. */
export function compareMoments(a: Moment, b: Moment): number {
  const place = (at: number): number => (Number.isNaN(at) ? Number.NEGATIVE_INFINITY : at);
  return place(b.at) - place(a.at) || (a.id < b.id ? 1 : a.id > b.id ? -1 : 0);
}

/** Rows never change in place, so each is read once. */
const ofEvents = new WeakMap<EventRow, EventMoment>();
const ofOwn = new WeakMap<OwnEvent, EventMoment>();
const ofRuns = new WeakMap<RunRow, readonly RunMoment[]>();

export function eventMoment(event: EventRow): EventMoment {
  return kept(ofEvents, event, () => toMoment(event, 'stored'));
}

export function ownMoment(own: OwnEvent): EventMoment {
  return kept(ofOwn, own, () => toMoment(own.event, own.state));
}

/** Start and end, as far as there are any. */
export function runMoments(run: RunRow): readonly RunMoment[] {
  return kept(ofRuns, run, () => {
    const moment = (at: string, end: boolean): RunMoment => ({
      kind: 'run',
      id: `${run.id}/${end ? 'end' : 'start'}`,
      at: timeOf(at),
      project: run.project_id,
      end,
      run,
    });
    const { started_at: started, finished_at: finished } = run;
    return [...(started ? [moment(started, false)] : []), ...(finished ? [moment(finished, true)] : [])];
  });
}

/**
 * Runs with the row that their moments were made of first: a heartbeat or a step is no change of the timeline.
 * Returns `before` when nothing is another one.
 */
export function timelineRuns(
  before: ReadonlyMap<string, RunRow>,
  rows: ReadonlyMap<string, RunRow>,
): ReadonlyMap<string, RunRow> {
  let same = before.size === rows.size;
  const next = new Map<string, RunRow>();
  for (const [id, row] of rows) {
    const held = before.get(id);
    const keep = held !== undefined && readsAlike(held, row);
    same &&= keep;
    next.set(id, keep ? held : row);
  }
  return same ? before : next;
}

function readsAlike(a: RunRow, b: RunRow): boolean {
  return (
    a === b ||
    (a.name === b.name &&
      a.status === b.status &&
      a.project_id === b.project_id &&
      a.started_at === b.started_at &&
      a.finished_at === b.finished_at &&
      a.error === b.error)
  );
}

function toMoment(event: ReportedEvent, state: EventMoment['state']): EventMoment {
  const { id, event_type: type, occurred_at: at, project_id: project } = event;
  return { kind: kindOf(type), id, at: timeOf(at), project, event, state };
}

/** What is remembered of a key, made when it is asked for first. */
export function kept<K extends object, V>(memory: WeakMap<K, V>, key: K, make: () => V): V {
  let found = memory.get(key);
  if (found === undefined) {
    found = make();
    memory.set(key, found);
  }
  return found;
}
