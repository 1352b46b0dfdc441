import { hasFailed, subjectOf } from './eventWords.ts';
import { type EventMoment, kept, type Moment } from './moments.ts';

/** A moment with the start that it ended, where that is known. */
export interface Part {
  readonly moment: Moment;
  readonly started: EventMoment | null;
}

/** One row of the timeline: a moment, or several that read as one. */
export interface Entry {
  /** That of its oldest moment: newer ones join without the row becoming another. */
  readonly key: string;
  /** Newest first; at least one. */
  readonly parts: readonly [Part, ...Part[]];
}

/** Moments further apart than this do not become one row, ms. */
const closeness = 30 * 60_000;

/**
 * Rows from moments in the order of the timeline: an end takes its start in, and neighbours of the same day that tell
 * the same become one. What failed or was refused stands alone. Rows of `before` that are still the same keep their
 * identity, so that only what changed is drawn again.
 */
export function groupMoments(
  moments: readonly Moment[],
  dayOf: (at: number) => string,
  before: readonly Entry[],
): readonly Entry[] {
  const known = new Map(before.map((entry) => [entry.key, entry]));
  const entries: Entry[] = [];
  let parts: [Part, ...Part[]] | null = null;
  let signature: string | null = null;
  const close = (): void => {
    if (parts) entries.push(sameOr(known, { key: (parts.at(-1) ?? parts[0]).moment.id, parts }));
  };
  for (const part of foldStarts(moments)) {
    const own = signatureOf(part.moment);
    const last = parts?.at(-1);
    const joins = own !== null && own === signature && last !== undefined && areClose(last, part, dayOf);
    if (parts && joins) {
      parts.push(part);
      continue;
    }
    close();
    parts = [part];
    signature = own;
  }
  close();
  return entries;
}

/** The day is read last: to read it of every moment of a long history takes longer than all the rest. */
function areClose({ moment: newer }: Part, { moment: older }: Part, dayOf: (at: number) => string): boolean {
  return newer.at - older.at <= closeness && dayOf(newer.at) === dayOf(older.at);
}

/** An end names its start by id; only the start of the very thing that ended is taken in. */
function foldStarts(moments: readonly Moment[]): Part[] {
  const starts = new Map<string, EventMoment>();
  for (const moment of moments) {
    if (moment.kind !== 'run' && moment.event.event_type.endsWith('.started')) starts.set(moment.id, moment);
  }
  const folded = new Set<Moment>();
  const parts = moments.map((moment): Part => {
    const started = startOf(moment, starts);
    if (started) folded.add(started);
    return { moment, started };
  });
  return folded.size === 0 ? parts : parts.filter(({ moment }) => !folded.has(moment));
}

function startOf(moment: Moment, starts: ReadonlyMap<string, EventMoment>): EventMoment | null {
  if (moment.kind === 'run') return null;
  const { event_type: type, payload } = moment.event;
  if (typeof payload.start_id !== 'string' || !type.endsWith('.ended')) return null;
  const started = starts.get(payload.start_id);
  return started?.event.event_type === type.replace(/\.ended$/, '.started') ? started : null;
}

/** Moments never change in place: with thousands of them, each new one would read all again. */
const signatures = new WeakMap<Moment, string | null>();

/** Neighbours with the same signature read as one row; null for what always stands alone. */
function signatureOf(moment: Moment): string | null {
  return kept(signatures, moment, () => makeSignature(moment));
}

function makeSignature(moment: Moment): string | null {
  if (moment.kind === 'run') {
    const { run, end } = moment;
    if (end && run.status === 'failed') return null;
    return JSON.stringify(['run', end ? run.status : 'started', run.project_id]);
  }
  const { event, state } = moment;
  if (state === 'refused' || hasFailed(event)) return null;
  return JSON.stringify([event.event_type, event.project_id, event.run_id, subjectOf(event)]);
}

function sameOr(known: ReadonlyMap<string, Entry>, next: Entry): Entry {
  const held = known.get(next.key);
  const same =
    held?.parts.length === next.parts.length &&
    held.parts.every(
      ({ moment, started }, i) => next.parts[i]?.moment === moment && next.parts[i]?.started === started,
    );
  return same ? held : next;
}
