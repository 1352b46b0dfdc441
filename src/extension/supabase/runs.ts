import * as v from 'valibot';
import type { RunRow } from '../../shared/model.ts';
import { isRecord, isShallow } from '../../shared/record.ts';
import type { RowPlace, RunHistory } from '../../shared/requests.ts';
import { RunglassError } from '../../shared/status.ts';
import type { Log } from '../sync/types.ts';
import { readAnswer, readRows } from './answers.ts';
import { answerOf, callFunction } from './client.ts';
import { historySchema, toColumns } from './runHistory.ts';
import { createPatientAsUser, type UserCallerOptions } from './userCaller.ts';

/** Runs as the database has them now, newest first; `next` is null when nothing is older. */
export interface RunPage {
  readonly runs: readonly RunRow[];
  readonly next: RowPlace | null;
}

/** What became of asking a run to stop. */
export type CancelOutcome = 'asked' | 'askedBefore' | 'ended';

/** What is read of one user's runs beside their rows, and written; everything rejects with `RunglassError`. */
export interface RunAccess {
  /** Runs that were created before a place. */
  older(before: RowPlace): Promise<RunPage>;
  /** Null when none was logged; rejects with `notFound` without such a run. */
  config(run: string): Promise<Readonly<Record<string, unknown>> | null>;
  /** Points after a step (null for all), thinned to `maxPoints`; rejects with `notFound` without such a run. */
  history(run: string, afterStep: number | null, maxPoints: number): Promise<RunHistory>;
  /** Asks the script of an unfinished run to stop; rejects with `notFound` without such a run. */
  cancel(run: string): Promise<CancelOutcome>;
}

export interface RunAccessOptions extends UserCallerOptions {
  readonly log: Log;
}

const pageSize = 250;
/** VS Code cannot pass on what is nested deeper, and nobody could read it. */
const deepestConfig = 100;

const pageSchema = v.object({
  runs: v.array(v.unknown()),
  next: v.nullable(v.object({ at: v.string(), id: v.string() })),
});
const configSchema = v.array(v.object({ config: v.custom<Readonly<Record<string, unknown>>>(isRecord) }));
const rowsSchema = v.array(v.object({ id: v.string(), cancel_requested_at: v.nullable(v.string()) }));

/** Throws `badUrl`. */
export function createRunAccess({ log, ...options }: RunAccessOptions): RunAccess {
  const asUser = createPatientAsUser(options);

  /** The run as it is now. */
  const find = async (run: string) => {
    const answer = await asUser((client) =>
      answerOf('training_runs', client.from('training_runs').select('id,cancel_requested_at').eq('id', run)),
    );
    const [row] = readAnswer('training_runs', rowsSchema, answer);
    if (!row) throw new RunglassError({ reason: 'notFound', detail: `There is no run ${run}.` });
    return row;
  };

  return {
    older: async (before) => {
      const args = { before_at: before.at, before_id: before.id, max_rows: pageSize };
      const answer = await asUser((client) => callFunction(client, 'runs_page', args));
      const { runs, next } = readAnswer('runs_page', pageSchema, answer);
      return { runs: readRows('training_runs', runs, log), next };
    },

    config: async (run) => {
      const answer = await asUser((client) =>
        answerOf(
          'training_run_configs',
          client.from('training_run_configs').select('config').eq('run_id', run),
        ),
      );
      const [row] = readAnswer('training_run_configs', configSchema, answer);
      if (!row) await find(run);
      if (row && !isShallow(row.config, deepestConfig)) {
        const detail = `the configuration of ${run} is nested deeper than ${deepestConfig} levels`;
        throw new RunglassError({
          reason: 'unreadableRows',
          table: 'training_run_configs',
          count: 1,
          detail,
        });
      }
      return row?.config ?? null;
    },

    history: async (run, afterStep, maxPoints) => {
      const args = { run_id: run, max_points: maxPoints, after_step: afterStep };
      const answer = await asUser((client) => callFunction(client, 'run_metrics', args));
      const history = readAnswer('run_metrics', historySchema, answer);
      // The function answers nothing about a run that the user does not have.
      if (history.points.length === 0) await find(run);
      return toColumns(history, log);
    },

    cancel: async (run) => {
      const answer = await asUser((client) =>
        answerOf(
          'training_runs',
          client
            .from('training_runs')
            // Postgres reads it as the time of the transaction, so that no clock but the server's counts.
            .update({ cancel_requested_at: 'now' })
            .eq('id', run)
            .in('status', ['queued', 'running'])
            .is('cancel_requested_at', null)
            .select('id,cancel_requested_at'),
        ),
      );
      if (readAnswer('training_runs', rowsSchema, answer).length > 0) return 'asked';
      return (await find(run)).cancel_requested_at === null ? 'ended' : 'askedBefore';
    },
  };
}
