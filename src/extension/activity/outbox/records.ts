import * as v from 'valibot';
import type { OutgoingEvent } from '../../../shared/model.ts';

/** Whom events are for: one user of one backend. */
export interface Account {
  readonly backend: string;
  readonly user: string;
}

/** An event that the server will not take, and what it said. */
export interface Quarantined {
  readonly event: OutgoingEvent;
  readonly reason: string;
}

/** What a journal says is still to be done. */
export interface Recovered {
  /** Null when the header is damaged; the name of the file names the account as well. */
  readonly account: Account | null;
  /** Not acknowledged, oldest first. */
  readonly events: readonly OutgoingEvent[];
  readonly quarantined: readonly Quarantined[];
  readonly dropped: number;
  /** Lines that could not be read. */
  readonly damaged: number;
}

const eventSchema = v.object({
  id: v.string(),
  event_type: v.string(),
  occurred_at: v.string(),
  session_id: v.string(),
  editor: v.string(),
  project_id: v.nullable(v.string()),
  run_id: v.nullable(v.string()),
  payload: v.record(v.string(), v.unknown()),
});
const accountSchema = v.object({ backend: v.string(), user: v.string() });

/** A line of a journal. Files of another version have that in their name and are left alone. */
const recordSchema = v.union([
  v.object({ journal: accountSchema }),
  /** Waits, also if it had been put aside before. */
  v.object({ event: eventSchema }),
  /** Acknowledged by the server, or put aside and then given up by the user: nothing is left to do. */
  v.object({ done: v.array(v.string()) }),
  v.object({ quarantined: eventSchema, reason: v.string() }),
  /** Given up unsent, oldest first; `count` is of all since the user last took note of it. */
  v.object({ dropped: v.array(v.string()), count: v.pipe(v.number(), v.safeInteger(), v.minValue(0)) }),
]);
export type JournalRecord = v.InferOutput<typeof recordSchema>;

/** One JSON object a line, each line ended. */
export function encodeRecords(records: readonly JournalRecord[]): string {
  return records.map((record) => `${JSON.stringify(record)}\n`).join('');
}

/** Reads what a journal holds; a line that is torn or damaged costs that line only. */
export function recover(text: string): Recovered {
  let account: Account | null = null;
  let dropped = 0;
  let damaged = 0;
  const events = new Map<string, OutgoingEvent>();
  const quarantined = new Map<string, Quarantined>();
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const record = decodeLine(line);
    if (!record) damaged += 1;
    else if ('journal' in record) account = record.journal;
    else if ('event' in record) {
      quarantined.delete(record.event.id);
      events.set(record.event.id, record.event);
    } else if ('done' in record) {
      for (const id of record.done) if (!events.delete(id)) quarantined.delete(id);
    } else if ('dropped' in record) {
      for (const id of record.dropped) if (!events.delete(id)) quarantined.delete(id);
      dropped = record.count;
    } else {
      const { quarantined: event, reason } = record;
      events.delete(event.id);
      quarantined.set(event.id, { event, reason });
    }
  }
  return { account, events: [...events.values()], quarantined: [...quarantined.values()], dropped, damaged };
}

function decodeLine(line: string): JournalRecord | null {
  const result = v.safeParse(v.pipe(v.string(), v.parseJson(), recordSchema), line);
  return result.success ? result.output : null;
}

/** Names of journals: `<window>.<serial>.<account>.v1.jsonl`. */
const namePattern = /^([\w-]+)\.([\w-]+)\.(\w+)\.v1\.jsonl$/;

export interface JournalName {
  /** The window that writes it, or `released`. */
  readonly window: string;
  readonly serial: string;
  /** A hash of backend and user, so that nobody need open the files of another account. */
  readonly account: string;
}

export function journalName({ window, serial, account }: JournalName): string {
  return `${window}.${serial}.${account}.v1.jsonl`;
}

/** Null for a file that is no journal, or one of another version. */
export function parseJournalName(name: string): JournalName | null {
  const [, window, serial, account] = namePattern.exec(name) ?? [];
  return window && serial && account ? { window, serial, account } : null;
}
