import { setTimeout as sleep } from 'node:timers/promises';
import * as v from 'valibot';
import { t } from '../../shared/l10n.ts';
import type { RunRow } from '../../shared/model.ts';
import { RunglassError } from '../../shared/status.ts';
import { toolNames } from '../ids.ts';
import { problemOf } from '../platform/problem.ts';
import { type Refreshable, refreshNow } from '../refreshNow.ts';
import { firstWords } from '../signInWords.ts';
import type { RunAccess } from '../supabase/runs.ts';
import type { EngineStatus } from '../sync/types.ts';
import { problemLine } from '../words.ts';
import { historyReport } from './historyReport.ts';
import { matchingRuns, type RunsMoment, runReport, runsInput } from './runsReport.ts';
import { usageInput, usageReport } from './usageReport.ts';
import { bounded, iso } from './values.ts';

export interface AgentToolsOptions extends Refreshable {
  /** Of the account of the moment; null while nobody is signed in. */
  readonly access: () => { readonly runs: Pick<RunAccess, 'history'> } | null;
  /** How long a running run may be silent before it counts as stalled, ms. */
  readonly silence: () => number;
  /** How long an answer waits for fresher rows, ms. */
  readonly patience?: number;
}

/** What a tool answers: JSON, with how fresh it is. */
export type ToolAnswer = Readonly<Record<string, unknown>>;

/** Histories are read from the database, one request each. */
const mostHistories = 3;
const historyPoints = 500;

/**
 * The read-only questions that agents may ask, answered from the replica; the same for language-model tools and MCP.
 * They reject with an `Error` whose message is for the agent and its user.
 */
export class AgentTools {
  readonly #options: AgentToolsOptions;

  constructor(options: AgentToolsOptions) {
    this.#options = options;
  }

  /** Answers one question; `input` comes from a model and is decoded. */
  call(name: string, input: unknown): Promise<ToolAnswer> {
    switch (name) {
      case toolNames.usage:
        return this.usage(input);
      case toolNames.runs:
        return this.runs(input);
      default:
        return Promise.reject(new Error(`There is no tool ${name}.`));
    }
  }

  async usage(raw: unknown): Promise<ToolAnswer> {
    const input = decode(usageInput, raw);
    return this.#read(({ tables, now }) => usageReport(tables, input, now), 'Ask for one metric.');
  }

  async runs(raw: unknown): Promise<ToolAnswer> {
    const input = decode(runsInput, raw);
    return this.#read(async (moment, { runsFrom, activeFrom, modelsFrom }) => {
      const found = matchingRuns(moment, input);
      const shown = found.slice(0, input.limit);
      const histories = input.history ? await this.#histories(shown) : null;
      return {
        matching: found.length,
        // Older ones are in the database only.
        ...(runsFrom ? { only_runs_created_since: runsFrom.at } : {}),
        ...(activeFrom ? { only_unfinished_runs_created_since: activeFrom } : {}),
        ...(modelsFrom ? { only_models_created_since: modelsFrom } : {}),
        runs: shown.map((run) => ({ ...runReport(run, moment), ...histories?.get(run.id) })),
      };
    }, 'The dashboard of Runglass shows all of them.');
  }

  /**
   * Answers from the freshest rows that can be had in a few seconds, and says how fresh they are; of what is too long,
   * how much is left out and `elsewhere`, how it can be had.
   */
  async #read(
    answer: (moment: RunsMoment, status: EngineStatus) => object | Promise<object>,
    elsewhere: string,
  ): Promise<ToolAnswer> {
    const { syncHost, silence } = this.#options;
    const held = syncHost.hold();
    try {
      const problem = await this.#freshen();
      const { replica, status } = syncHost.current?.sync ?? {};
      if (!replica || !status || status.asOf === null)
        throw new Error(problem ?? t('Runglass has no rows yet.'));
      const { state, asOf, clockOffset } = status;
      const moment = { tables: replica.tables, now: Date.now() + clockOffset, silence: silence() };
      const cut: [string, string][] = [];
      const found = bounded(await answer(moment, status), (...part) => cut.push(part)) as object;
      const leftOut =
        cut.length > 0 ? { answered_in_part: Object.fromEntries(cut), for_the_rest: elsewhere } : {};
      return { state, as_of: iso(asOf), ...(problem ? { problem } : {}), ...leftOut, ...found };
    } catch (error) {
      throw error instanceof RunglassError ? new Error(this.#words(error)) : error;
    } finally {
      held.dispose();
    }
  }

  /** Null when the rows are up to date, else why they may not be. */
  async #freshen(): Promise<string | null> {
    const { connection, syncHost, patience = 5_000 } = this.#options;
    if (syncHost.current?.sync.status.state === 'live') return null;
    const timer = new AbortController();
    const late = sleep(patience, t('The backend has not answered yet.'), { signal: timer.signal });
    const fresh = this.#whyNot(refreshNow({ connection, syncHost }));
    try {
      return await Promise.race([fresh, late]);
    } finally {
      timer.abort();
      late.catch(() => {});
    }
  }

  async #whyNot(refreshed: Promise<void>): Promise<string | null> {
    try {
      await refreshed;
      return null;
    } catch (error) {
      const { kind } = this.#options.connection.state;
      return kind === 'none' || kind === 'signedOut' ? firstWords(kind) : this.#words(error);
    }
  }

  async #histories(runs: readonly RunRow[]): Promise<ReadonlyMap<string, object>> {
    const read = async ({ id }: RunRow): Promise<[string, object]> => {
      try {
        const history = await this.#options.access()?.runs.history(id, null, historyPoints);
        return [id, history ? { history: historyReport(history) } : {}];
      } catch (error) {
        return [id, { history: { problem: this.#words(error) } }];
      }
    };
    return new Map(await Promise.all(runs.slice(0, mostHistories).map(read)));
  }

  #words(error: unknown): string {
    return problemLine(problemOf(error));
  }
}

function decode<S extends v.GenericSchema>(schema: S, input: unknown): v.InferOutput<S> {
  const result = v.safeParse(schema, input ?? {});
  if (result.success) return result.output;
  const faults = result.issues.map((issue) => `${v.getDotPath(issue) ?? 'the input'}: ${issue.message}`);
  throw new Error(`This cannot be answered. ${faults.join(' ')}`);
}
