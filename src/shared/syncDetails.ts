import type { Table } from './model.ts';

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

/** What the query of a section answered when it was measured: what a dashboard that refetches at every event pays. */
export interface SectionCost {
  readonly table: Table;
  readonly rows: number;
  /** Body of the answer, bytes. */
  readonly bytes: number;
}

/** The counters beside what refetching would have cost; `refetch` is null until it was measured. */
export interface SyncDetails {
  readonly counters: SyncCounters;
  readonly refetch: {
    /** ms since 1970, host clock. */
    readonly measuredAt: number;
    readonly sections: readonly SectionCost[];
  } | null;
}
