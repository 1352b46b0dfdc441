import * as v from 'valibot';
import type { TimelineFilter, TimelinePlace } from '../../shared/activity.ts';
import type { EventRow, RunRow } from '../../shared/model.ts';
import type { Log } from '../sync/types.ts';
import { readAnswer, readRows } from './answers.ts';
import { callFunction } from './client.ts';
import { createPatientAsUser, type UserCallerOptions } from './userCaller.ts';

/** A part of the timeline as the database has it now. */
export interface TimelinePage {
  /** Newest first. */
  readonly events: readonly EventRow[];
  /** Every run that starts or ends in this page or is meant by one of its events. */
  readonly runs: readonly RunRow[];
  /** Where the next page begins; null when nothing is older. */
  readonly next: TimelinePlace | null;
}

/** Reads what lies before a place. */
export type ReadTimeline = (before: TimelinePlace, filter: TimelineFilter) => Promise<TimelinePage>;

export interface TimelineReaderOptions extends UserCallerOptions {
  readonly log: Log;
}

const pageSchema = v.object({
  events: v.array(v.unknown()),
  runs: v.array(v.unknown()),
  next: v.nullable(v.object({ at: v.string(), id: v.nullable(v.string()) })),
});

/** So many pages without a row of the wanted kind, of 20,000 events each, are passed over in one read. */
const mostEmpty = 10;

/** Makes the function that reads pages of one user's timeline by `timeline_page`; it rejects with `RunglassError`. */
export function createTimelineReader({ log, ...options }: TimelineReaderOptions): ReadTimeline {
  const asUser = createPatientAsUser(options);

  const ask = async (place: TimelinePlace, filter: TimelineFilter): Promise<TimelinePage> => {
    const args = { before_at: place.at, before_id: place.id, kind: filter.kind, project: filter.project };
    const answer = await asUser((client) => callFunction(client, 'timeline_page', args));
    const { events, runs, next } = readAnswer('timeline_page', pageSchema, answer);
    return {
      events: readRows('ide_sync_events', events, log),
      runs: readRows('training_runs', runs, log),
      next,
    };
  };

  return async (before, filter) => {
    let page = await ask(before, filter);
    for (let empty = 1; isEmpty(page) && page.next && empty < mostEmpty; empty++)
      page = await ask(page.next, filter);
    return page;
  };
}

function isEmpty({ events, runs }: TimelinePage): boolean {
  return events.length === 0 && runs.length === 0;
}
