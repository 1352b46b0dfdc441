import type { ModelRow, ProjectRow, RunRow } from './model.ts';

/** Where a page of older rows begins: before the one that was created at `at` (ISO 8601, as the database wrote it). */
export interface RowPlace {
  readonly at: string;
  readonly id: string;
}

/** The metric history of a run, a column a metric. Buffers, because long series as objects cost 30 times as much to post. */
export interface RunHistory {
  /** Float64Array of steps, ascending. */
  readonly steps: ArrayBuffer;
  /** Float64Array parallel to `steps`: when each point was recorded, ms since 1970. */
  readonly at: ArrayBuffer;
  /** Each a Float64Array parallel to `steps`, NaN where the point has no finite number of that name. */
  readonly metrics: readonly { readonly name: string; readonly values: ArrayBuffer }[];
  /** The greatest step that was looked at, also where points were thinned out; null without any. */
  readonly lastStep: number | null;
  /** Metrics that are not among them: the last ones by name, where there are too many. */
  readonly leftOut: number;
}

/** Code points of a name that is given here at most. The database has no limit: the table may be that of another program. */
export const longestProjectName = 200;

/** What a user may set of a project; what is absent stays. */
export type ProjectFields = Partial<Pick<ProjectRow, 'name' | 'description' | 'status' | 'color'>>;

/** A project that is to be made. Who asks says its id: asked again after an answer was lost, it is there once. */
export type NewProject = ProjectFields & Pick<ProjectRow, 'id' | 'name'>;

/**
 * What the page asks of the host beyond the rows that it is sent: parameters and answer of each request. A row that
 * a request changes comes back as every other change does.
 */
export interface PageRequests {
  /** Runs that were created before a place, newest first. */
  readonly olderRuns: {
    readonly parameters: { readonly before: RowPlace };
    readonly answer: { readonly runs: readonly RunRow[]; readonly next: RowPlace | null };
  };
  /** Models that were created before a place, newest first. */
  readonly olderModels: {
    readonly parameters: { readonly before: RowPlace };
    readonly answer: { readonly models: readonly ModelRow[]; readonly next: RowPlace | null };
  };
  /** The configuration of a run; null when none was logged. */
  readonly runConfig: {
    readonly parameters: { readonly run: string };
    readonly answer: { readonly config: Readonly<Record<string, unknown>> | null };
  };
  /** Points after `afterStep` (null for all), evenly thinned to `maxPoints`, always with the last one. */
  readonly runHistory: {
    readonly parameters: {
      readonly run: string;
      readonly afterStep: number | null;
      readonly maxPoints: number;
    };
    readonly answer: RunHistory;
  };
  /** Asks the script of a run to stop: it reads `cancel_requested_at`. */
  readonly cancelRun: { readonly parameters: { readonly run: string }; readonly answer: null };
  readonly createProject: { readonly parameters: NewProject; readonly answer: null };
  readonly updateProject: {
    readonly parameters: { readonly id: string; readonly fields: ProjectFields };
    readonly answer: null;
  };
  /** Writes a file where the user says; `saved` is false when the dialog was cancelled. */
  readonly saveFile: {
    readonly parameters: { readonly name: string; readonly content: string | ArrayBuffer };
    readonly answer: { readonly saved: boolean };
  };
}

export type RequestName = keyof PageRequests;
export type Parameters<N extends RequestName> = PageRequests[N]['parameters'];
export type Answer<N extends RequestName> = PageRequests[N]['answer'];

/** A request on its way to the host; `id` comes back in the answer. */
export type RequestMessage = {
  readonly [N in RequestName]: {
    readonly type: 'request';
    readonly id: number;
    readonly name: N;
    readonly parameters: Parameters<N>;
  };
}[RequestName];

/** The one answer to a request: a result of its kind, or why there is none, in words. */
export type AnswerMessage =
  | { readonly type: 'answer'; readonly id: number; readonly problem: null; readonly result: unknown }
  | { readonly type: 'answer'; readonly id: number; readonly problem: string };
