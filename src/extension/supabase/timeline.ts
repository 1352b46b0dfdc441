import * as v from 'valibot';
import type { TimelineFilter, TimelinePlace } from '../../shared/activity.ts';
import { readRow } from '../../shared/decode.ts';
import type { EventRow, Rows, RunRow } from '../../shared/model.ts';
import { RunglassError } from '../../shared/status.ts';
import type { Log } from '../sync/types.ts';
import { createUserCaller, type UserCallerOptions } from './userCaller.ts';

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
  const call = createUserCaller(options);

  const ask = async (place: TimelinePlace, filter: TimelineFilter): Promise<TimelinePage> => {
    const args = { before_at: place.at, before_id: place.id, kind: filter.kind, project: filter.project };
    const answer = v.safeParse(pageSchema, await callTwice(args));
    if (!answer.success) {
      const detail = 'timeline_page answered in a form that this version does not read.';
      throw new RunglassError({ reason: 'server', status: 200, detail });
    }
    const { events, runs, next } = answer.output;
    return { events: decode('ide_sync_events', events), runs: decode('training_runs', runs), next };
  };

  /** Somebody waits: a token that is refused is renewed at once. */
  const callTwice = async (args: Readonly<Record<string, unknown>>): Promise<unknown> => {
    try {
      return await call('timeline_page', args);
    } catch (error) {
      if (!(error instanceof RunglassError) || error.problem.reason !== 'sessionExpired') throw error;
      return call('timeline_page', args);
    }
  };

  const decode = <T extends 'ide_sync_events' | 'training_runs'>(
    table: T,
    records: readonly unknown[],
  ): Rows[T][] => {
    const results = records.map((record) => readRow(table, record));
    const unreadable = results.flatMap((result) => ('detail' in result ? [result.detail] : []));
    if (unreadable.length > 0)
      log.warn(`Older rows of ${table} that are left out: ${unreadable.length} (${unreadable[0]}).`);
    return results.flatMap((result) => ('row' in result ? [result.row] : []));
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
