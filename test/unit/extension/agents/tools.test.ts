import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import type { ConnectionState } from '../../../../src/extension/accounts/types.ts';
import { runsInput } from '../../../../src/extension/agents/runsReport.ts';
import { AgentTools } from '../../../../src/extension/agents/tools.ts';
import { usageInput } from '../../../../src/extension/agents/usageReport.ts';
import { mcpProviderId, toolNames } from '../../../../src/extension/ids.ts';
import { SyncHost } from '../../../../src/extension/sync/syncHost.ts';
import type { EngineStatus, Sync } from '../../../../src/extension/sync/types.ts';
import { setTranslations } from '../../../../src/shared/l10n.ts';
import { emptyTables, type TableMaps } from '../../../../src/shared/patch.ts';
import type { RunHistory } from '../../../../src/shared/requests.ts';
import { RunglassError } from '../../../../src/shared/status.ts';
import { fixtureId, fixtureNow, modelRow, runRow, usageRow } from '../../../fixtures/rows.ts';

const profile = { kind: 'embedded', signedOut: false } as const;
const ready: ConnectionState = { kind: 'ready', profile, account: { userId: 'u', email: null } };
class Setup {
  state: ConnectionState = ready;
  status: Partial<EngineStatus> = { state: 'live', asOf: fixtureNow };
  refreshes = 0;
  refresh: () => Promise<void> = async () => {};
  history: (run: string) => Promise<RunHistory> = async () => assert.fail('nobody asked for a history');
  runs = Array.from({ length: 9 }, (_, n) => runRow(n));
  tables: Partial<TableMaps> = {};
  readonly syncHost = new SyncHost();
  readonly tools: AgentTools;

  constructor() {
    const setup = this;
    const sync = {
      get status() {
        const all = { runsFrom: null, activeFrom: null, modelsFrom: null };
        return { clockOffset: fixtureNow - Date.now(), ...all, ...setup.status } as EngineStatus;
      },
      get replica() {
        const training_runs = new Map(setup.runs.map((run) => [run.id, run]));
        return { tables: { ...emptyTables(), training_runs, ...setup.tables } };
      },
      refresh: () => {
        setup.refreshes += 1;
        return setup.refresh();
      },
      dispose: () => {},
    } as unknown as Sync;
    this.syncHost.connect('u', () => sync);
    this.tools = new AgentTools({
      connection: {
        get state() {
          return setup.state;
        },
        open: async () => {},
        settled: async () => {},
      },
      syncHost: this.syncHost,
      access: () => ({ runs: { history: (run) => setup.history(run) } }),
      silence: () => 300_000,
      patience: 50,
    });
  }
}

describe('the tools for agents', () => {
  let setup: Setup;
  beforeEach(() => {
    setup = new Setup();
  });

  it('answer from live rows at once, and keep the engine no longer than that', async () => {
    const answer = await setup.tools.call('runglass_runs', {});
    assert.deepEqual([answer.state, answer.as_of], ['live', '2026-11-22T12:00:00.000Z']);
    assert.deepEqual([answer.matching, (answer.runs as unknown[]).length], [9, 5]);
    assert.doesNotMatch(Object.keys(answer).join(), /problem|only_|part|rest/);
    assert.deepEqual([setup.refreshes, setup.syncHost.current], [0, null]);
    assert.equal((await setup.tools.call('runglass_usage', undefined)).state, 'live');
  });

  it('refresh rows that are not live first', async () => {
    setup.status = { state: 'polling', asOf: fixtureNow };
    assert.equal((await setup.tools.usage({})).problem, undefined);
    assert.equal(setup.refreshes, 1);
  });

  it('answer older rows with the reason when no fresher ones come, and when they take too long', async () => {
    setup.status = { state: 'offline', asOf: fixtureNow };
    setup.refresh = async () => {
      throw new RunglassError({ reason: 'unreachable', detail: 'x' });
    };
    const offline = await setup.tools.usage({});
    assert.equal(offline.state, 'offline');
    assert.match(String(offline.problem), /cannot be reached\. Check the network/);
    setup.refresh = () => new Promise(() => {});
    assert.match(String((await setup.tools.usage({})).problem), /not answered yet/);
  });

  it('say what to do where there is nothing to answer from', async () => {
    setup.syncHost.disconnect();
    setup.state = { kind: 'none' };
    await assert.rejects(setup.tools.usage({}), /choose a backend first/);
    setup.state = { kind: 'signedOut', profile, problem: null };
    await assert.rejects(setup.tools.runs({}), /sign in first/);
    setup.state = { kind: 'failed', profile, problem: { reason: 'portInUse', detail: 'x' } };
    await assert.rejects(setup.tools.runs({}), Error);
  });

  it('say it in the language of their user, with commands as the palette calls them', async () => {
    const message = 'Runglass: sign in first (Runglass: Sign In).';
    setTranslations({ [message]: 'Zuerst anmelden (Runglass: Anmelden).' }, 'de');
    try {
      setup.syncHost.disconnect();
      setup.state = { kind: 'signedOut', profile, problem: null };
      await assert.rejects(setup.tools.runs({}), /Zuerst anmelden/);
    } finally {
      setTranslations(undefined, 'en');
    }
  });

  it('say what is wrong with what they are asked', async () => {
    await assert.rejects(
      setup.tools.runs({ status: ['done'] }),
      /^Error: This cannot be answered\. status\.0: /,
    );
    await assert.rejects(setup.tools.runs({ limit: 1_000 }), /limit: /);
    await assert.rejects(setup.tools.usage({ metrics: 'tokens' }), /metrics: /);
    await assert.rejects(setup.tools.usage('tokens'), /the input: /);
    await assert.rejects(setup.tools.call('runglass_models', {}), /no tool runglass_models/);
    assert.equal(setup.syncHost.current, null);
  });

  it('read the curves of three runs, and say of one that cannot be read why', async () => {
    const asked: string[] = [];
    const steps = Float64Array.of(1, 2);
    setup.history = async (run) => {
      asked.push(run);
      if (asked.length === 2) throw new RunglassError({ reason: 'timeout', detail: 'x' });
      const values = Float64Array.of(3, 1.5).buffer;
      const metrics = [{ name: 'loss', values }];
      return { steps: steps.buffer, at: steps.buffer, metrics, lastStep: 2, leftOut: 0 };
    };
    const { runs } = (await setup.tools.runs({ history: true })) as { runs: { history?: object }[] };
    assert.deepEqual(
      asked,
      [0, 1, 2].map((n) => fixtureId('training_runs', n)),
    );
    const point = { first: [1, 3], last: [2, 1.5], min: [2, 1.5], max: [1, 3] };
    assert.deepEqual(runs[0]?.history, {
      last_step: 2,
      metrics: {
        loss: {
          ...point,
          curve: [
            [1, 3],
            [2, 1.5],
          ],
        },
      },
    });
    assert.match(JSON.stringify(runs[1]?.history), /does not answer in time/);
    assert.equal(runs[3]?.history, undefined);
  });

  it('say from when on runs are searched when older ones are in the database only', async () => {
    setup.status = { ...setup.status, runsFrom: { at: '2026-01-01T00:00:00+00:00', id: 'x' } };
    assert.equal((await setup.tools.runs({})).only_runs_created_since, '2026-01-01T00:00:00+00:00');
  });

  it('say from when on unfinished runs and models are searched when others are in the database only', async () => {
    setup.status = {
      ...setup.status,
      activeFrom: '2026-02-01T00:00:00Z',
      modelsFrom: '2026-03-01T00:00:00Z',
    };
    assert.partialDeepStrictEqual(await setup.tools.runs({}), {
      only_unfinished_runs_created_since: '2026-02-01T00:00:00Z',
      only_models_created_since: '2026-03-01T00:00:00Z',
    });
  });

  it('say which lists end early, how long they are, and how to get at the rest', async () => {
    const metrics = Object.fromEntries(Array.from({ length: 35 }, (_, n) => [`m${n}`, n]));
    setup.runs = [runRow(1, { metrics })];
    const made = Array.from({ length: 120 }, (_, n) =>
      modelRow(n, { run_id: fixtureId('training_runs', 1) }),
    );
    const used = Array.from({ length: 101 }, (_, n) => usageRow(n, { metric: `metric_${n}` }));
    setup.tables = {
      models: new Map(made.map((row) => [row.id, row])),
      usage_tracking: new Map(used.map((row) => [row.id, row])),
    };
    const usage = await setup.tools.usage({ days: 1 });
    assert.equal((usage.metrics as unknown[]).length, 100);
    assert.deepEqual(usage.answered_in_part, {
      metrics: 'the first 100 of 101',
      daily: 'the first 100 of 101',
    });
    assert.match(String(usage.for_the_rest), /Ask for one metric/);
    const narrowed = await setup.tools.usage({ metric: 'metric_100' });
    assert.equal(narrowed.answered_in_part, undefined);
    await assert.rejects(setup.tools.usage({ metric: 'metric' }), /metric_\d+ and 51 more\.$/);
    const { runs, ...told } = await setup.tools.runs({});
    assert.deepEqual(told.answered_in_part, { 'runs.0.models': 'the first 100 of 120' });
    assert.match(String(told.for_the_rest), /dashboard/);
    assert.partialDeepStrictEqual(runs, [{ metrics_left_out: 5 }]);
  });
});

describe('the tools in package.json', () => {
  interface Contributed {
    readonly name: string;
    readonly inputSchema: {
      readonly additionalProperties: boolean;
      readonly properties: Readonly<
        Record<string, { minimum?: number; maximum?: number; default?: unknown; items?: { enum: string[] } }>
      >;
    };
  }
  const { contributes } = JSON.parse(readFileSync('package.json', 'utf8')) as {
    contributes: {
      languageModelTools: readonly Contributed[];
      mcpServerDefinitionProviders: readonly { id: string }[];
    };
  };
  const [usage, runs] = contributes.languageModelTools;

  it('have the names of those that are registered', () => {
    assert.deepEqual(
      contributes.languageModelTools.map(({ name }) => name),
      Object.values(toolNames),
    );
    assert.deepEqual(
      contributes.mcpServerDefinitionProviders.map(({ id }) => id),
      [mcpProviderId],
    );
  });

  it('take what the code takes', () => {
    for (const [contributed, schema] of [
      [usage, usageInput],
      [runs, runsInput],
    ] as const) {
      assert.deepEqual(Object.keys(contributed?.inputSchema.properties ?? {}), Object.keys(schema.entries));
      assert.equal(contributed?.inputSchema.additionalProperties, false);
    }
    const { days } = usage?.inputSchema.properties ?? {};
    const { limit, status, history } = runs?.inputSchema.properties ?? {};
    const defaults = { limit: limit?.default, history: history?.default };
    assert.deepEqual(v.parse(runsInput, {}), defaults);
    assert.ok(v.is(runsInput, { status: status?.items?.enum }));
    for (const [schema, name, bounds] of [
      [usageInput, 'days', days],
      [runsInput, 'limit', limit],
    ] as const) {
      const { minimum = Number.NaN, maximum = Number.NaN } = bounds ?? {};
      const takes = [minimum - 1, minimum, maximum, maximum + 1].map((n) => v.is(schema, { [name]: n }));
      assert.deepEqual(takes, [false, true, true, false], name);
    }
  });
});
