import type { DoctorReport } from './doctor.ts';
import type { Table } from './model.ts';
import { tables } from './tables.ts';

/**
 * What sync has met and cost since the engine was opened. Bytes are those of bodies and frames as the application
 * hands them over or gets them: before compression, without headers.
 */
export interface SyncCounters {
  /** ms since 1970, host clock. */
  readonly since: number;
  readonly http: {
    readonly requests: number;
    readonly failed: number;
    readonly bytesSent: number;
    readonly bytesReceived: number;
  };
  readonly socket: {
    readonly joins: number;
    readonly bytesSent: number;
    readonly bytesReceived: number;
  };
  /** Changes that came over the socket, by table; a delete counts for the table of its row. */
  readonly events: Readonly<Record<Table, number>>;
  /** Changes that came over the socket although they were known. */
  readonly duplicates: number;
  /** Payloads with errors, or changes that could not be read or applied. */
  readonly damaged: number;
  /** Gaps in the numbers that the socket had not closed after 500 ms. */
  readonly gaps: number;
  /** Whole pulls, head checks among them. */
  readonly pulls: number;
  readonly headChecks: number;
  /** Requests that the pulls took. */
  readonly pages: number;
  /** Changes that the pulls brought. */
  readonly pulled: number;
  /** Times that everything was taken again from the start. */
  readonly resyncs: number;
  /** Canaries sent. */
  readonly pings: number;
}

/** What the query of one section answered when it was measured, or why it did not answer. */
export type SectionMeasurement =
  | {
      readonly table: Table;
      readonly rows: number;
      /** Body of the answer, bytes: what a dashboard that refetches the section pays for each event. */
      readonly bytes: number;
    }
  | { readonly table: Table; readonly problem: string };

export interface RefetchCost {
  readonly measuring: boolean;
  /** Of the last measurement, ms since 1970, host clock; null before the first. */
  readonly measuredAt: number | null;
  /** One of each table, or none before the first measurement. */
  readonly sections: readonly SectionMeasurement[];
}

/** What the "Sync details" of the page show beside the status. */
export interface SyncDetails {
  /** Null while no engine is open. */
  readonly counters: SyncCounters | null;
  readonly refetch: RefetchCost;
  /** The last examination, also while it runs; null when there was none. */
  readonly doctor: DoctorReport | null;
}

/** What sync has moved beside what refetching a section at each of the same events would have. */
export interface CostComparison {
  /** Bytes of sync, both ways, over HTTP and the socket. */
  readonly spent: number;
  readonly requests: number;
  /** Events that came over the socket: each would have been a request. */
  readonly events: number;
  readonly tables: readonly TableCost[];
  /** Sum of what is known of the tables; null when of none, as before the first measurement. */
  readonly refetch: number | null;
  /** False when a table with events could not be measured: `refetch` is at least so much. */
  readonly complete: boolean;
}

export interface TableCost {
  readonly table: Table;
  readonly events: number;
  readonly measurement: SectionMeasurement | null;
  /** Events × measured bytes, or null. */
  readonly refetch: number | null;
}

export function compareCost(counters: SyncCounters, sections: readonly SectionMeasurement[]): CostComparison {
  const { http, socket, events } = counters;
  const rows = tables.map((table): TableCost => {
    const measurement = sections.find((section) => section.table === table) ?? null;
    const bytes = measurement && 'bytes' in measurement ? measurement.bytes : null;
    return {
      table,
      events: events[table],
      measurement,
      refetch: bytes === null ? null : events[table] * bytes,
    };
  });
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  return {
    spent: sum([http.bytesSent, http.bytesReceived, socket.bytesSent, socket.bytesReceived]),
    requests: http.requests,
    events: sum(rows.map((row) => row.events)),
    tables: rows,
    refetch: rows.every((row) => row.refetch === null) ? null : sum(rows.map((row) => row.refetch ?? 0)),
    complete: rows.every((row) => row.refetch !== null || row.events === 0),
  };
}
