import assert from 'node:assert/strict';
import { modelNodes } from '../../../../src/extension/views/modelNodes.ts';
import type { ViewNode } from '../../../../src/extension/views/node.ts';
import { projectNodes } from '../../../../src/extension/views/projectNodes.ts';
import { badgeWords, runNodes, runsToNotice } from '../../../../src/extension/views/runNodes.ts';
import { targetOf } from '../../../../src/extension/views/target.ts';
import { usageNodes } from '../../../../src/extension/views/usageNodes.ts';
import { Formats } from '../../../../src/shared/format.ts';
import { emptyTables } from '../../../../src/shared/patch.ts';
import {
  ago,
  fixtureId,
  fixtureNow,
  hours,
  minutes,
  modelRow,
  projectRow,
  runRow,
  subscriptionRow,
  usageRow,
} from '../../../fixtures/rows.ts';
import { tablesOf } from '../../../fixtures/tables.ts';

const saying = { formats: new Formats('en', 'UTC'), now: fixtureNow, silence: 5 * minutes };
const lines = (nodes: readonly ViewNode[]) =>
  nodes.map(({ label, description }) => `${label} | ${description}`);
const ended = (n: number, status: string, at: number) =>
  runRow(n, { status, finished_at: ago(at), started_at: ago(at + hours) });

describe('side views', () => {
  it('list unfinished runs first, then those that ended last, each with what matters of its state', () => {
    const tables = tablesOf({
      training_runs: [
        { ...ended(1, 'completed', 2 * hours), metrics: { loss: 1, val_loss: 2.31 } },
        { ...ended(2, 'failed', hours), error: 'CUDA out of memory\n  at line 3' },
        runRow(3),
        runRow(4, { heartbeat_at: ago(12 * minutes), started_at: ago(40 * minutes) }),
        runRow(5, { status: 'queued', started_at: null, step: null }),
        ended(6, 'cancelled', 3 * hours),
        runRow(7, { name: '  ', cancel_requested_at: ago(0) }),
        ended(8, 'dreaming', 4 * hours),
      ],
    });
    const nodes = runNodes(tables, saying);
    assert.deepEqual(lines(nodes), [
      'run-5 | queued 5m ago',
      'run-3 | 40% · 29m left',
      'Unnamed run | 40% · 29m left · asked to stop',
      'run-4 | no sign of life for 12m',
      'run-2 | CUDA out of memory · 1h ago',
      'run-1 | val_loss 2.31 · 2h ago',
      'run-6 | Cancelled · 3h ago',
      'run-8 | Dreaming · 4h ago',
    ]);
    assert.deepEqual(
      nodes.map(({ icon }) => icon.name),
      ['clock', 'play-circle', 'play-circle', 'warning', 'error', 'pass', 'circle-slash', 'question'],
    );
    assert.deepEqual([nodes[1]?.context, nodes[2]?.context, nodes[4]?.context], ['run.active', 'run', 'run']);
    assert.equal(nodes[4]?.spoken, 'run-2, Failed, CUDA out of memory · 1h ago');
  });

  it('show the first of many, and lead to the dashboard for the others', () => {
    const runs = Array.from({ length: 40 }, (_, n) => ended(n, 'completed', n * hours));
    const nodes = runNodes(tablesOf({ training_runs: runs }), saying);
    assert.equal(nodes.length, 31);
    assert.equal(nodes.at(-1)?.label, '10 more in the dashboard');
    const models = Array.from({ length: 60 }, (_, n) => modelRow(n));
    assert.equal(modelNodes(tablesOf({ models }), saying).length, 51);
  });

  it('count runs that go on, and those that failed since somebody looked', () => {
    const tables = tablesOf({
      training_runs: [
        ...[runRow(1), runRow(2, { heartbeat_at: ago(hours) }), runRow(3, { status: 'queued' })],
        ...[ended(4, 'failed', 10 * minutes), ended(5, 'failed', hours), ended(6, 'completed', minutes)],
      ],
    });
    const seen = fixtureNow - 30 * minutes;
    assert.deepEqual(runsToNotice(tables, seen, saying), { going: 2, failed: 1 });
    assert.equal(badgeWords({ going: 2, failed: 1 }, saying), '2 runs are going, 1 run failed');
    assert.equal(badgeWords({ going: 1, failed: 0 }, saying), '1 run is going');
  });

  it('put versions of one name together', () => {
    const tables = tablesOf({
      models: [
        modelRow(1, { name: 'gpt', version: 'v2' }),
        modelRow(2, { name: 'gpt', version: 'v1', status: 'failed' }),
        modelRow(3, { name: 'solo', version: '', metrics: {} }),
      ],
    });
    const [gpt, solo] = modelNodes(tables, saying);
    assert.equal(gpt?.description, 'v2 · 2 versions');
    assert.deepEqual(lines(gpt?.children ?? []), [
      'v2 | val_loss 1.25 · 1m ago',
      'v1 | val_loss 1.25 · Failed · 2m ago',
    ]);
    assert.deepEqual([solo?.label, solo?.description, solo?.children], ['solo', '3m ago', []]);
  });

  it('order projects by their last activity, archived ones at the end, and mark that of the workspace', () => {
    const of = (n: number) => ({ project_id: fixtureId('projects', n) });
    const tables = tablesOf({
      projects: [projectRow(10, { status: 'archived' }), projectRow(30), projectRow(40)],
      training_runs: [runRow(1, of(40)), runRow(2, of(40))],
      models: [modelRow(1, of(30)), modelRow(2)],
    });
    assert.deepEqual(lines(projectNodes(tables, fixtureId('projects', 30), saying)), [
      'Project 40 | 2 runs · 0 models',
      'Project 30 | this workspace · 0 runs · 1 model',
      'Project 10 | archived · 0 runs · 0 models',
    ]);
  });

  it('show the share of every limit, the nearest first, and the plan', () => {
    const tables = tablesOf({
      subscriptions: [subscriptionRow(1, { status: 'past_due' })],
      usage_tracking: [
        usageRow(1, { amount: 9_000_000 }),
        usageRow(2, { metric: 'requests', amount: 25_000 }),
        usageRow(3, { metric: 'wishes', amount: 3 }),
      ],
    });
    const nodes = usageNodes(tables, saying);
    assert.deepEqual(lines(nodes), [
      'Requests | 125% of 20K',
      'Tokens | 90% of 10M',
      'GPU minutes | 0% of 3,000 min',
      'Storage | 0% of 50 GB',
      'Training runs | 0 · unlimited',
      'Wishes | 3',
      'Plan: Pro | Past due · resets Dec 1',
    ]);
    assert.deepEqual(
      nodes.slice(0, 3).map(({ icon }) => icon.name),
      ['warning', 'warning', 'pass'],
    );
    assert.deepEqual(usageNodes(emptyTables(), saying), []);
  });

  it('are red for a limit that refuses, and for no other', () => {
    const usage = usageRow(1, { amount: 100 });
    const icons = [true, false].map((hard) => {
      const plan = subscriptionRow(1, { limits: { tokens: { limit: 100, hard } } });
      return usageNodes(tablesOf({ subscriptions: [plan], usage_tracking: [usage] }), saying)[0]?.icon.name;
    });
    assert.deepEqual(icons, ['error', 'warning']);
  });

  it('show whatever scripts write as text, on one line and not too much of it', () => {
    const hostile = '[x](command:evil) <img src=x> $(zap) \u202Eevil\n# big '.repeat(20_000);
    const tables = tablesOf({
      projects: [projectRow(1, { name: hostile, description: hostile })],
      training_runs: [
        runRow(1, {
          name: hostile,
          error: hostile,
          metrics: { [hostile]: 1 },
          project_id: fixtureId('projects', 1),
        }),
        { ...ended(2, hostile, hours), name: hostile, error: hostile },
      ],
      models: [
        modelRow(1, {
          name: hostile,
          version: hostile,
          base_model: hostile,
          description: hostile,
          status: hostile,
        }),
      ],
      usage_tracking: [usageRow(1, { metric: hostile })],
      subscriptions: [
        subscriptionRow(1, {
          plan: hostile,
          status: hostile,
          limits: { [hostile]: { limit: 1, unit: hostile } },
        }),
      ],
    });
    const all = [
      ...runNodes(tables, saying),
      ...modelNodes(tables, saying),
      ...projectNodes(tables, null, saying),
      ...usageNodes(tables, saying),
    ];
    assert.ok(all.length >= 5);
    for (const { label, description, tooltip, spoken } of all) {
      for (const text of [label, description, spoken]) {
        assert.ok(text.length < 1_200, `${text.length}`);
        assert.ok(!/[\n\u202E]/.test(text), JSON.stringify(text.slice(0, 100)));
      }
      assert.ok(tooltip.length < 3_000);
      assert.ok(!/[[\]<>()$]/.test(tooltip.replace(/\\./g, '')), tooltip);
    }
  });

  it('name the thing that a row, a click or a keybinding means', () => {
    const [run] = runNodes(tablesOf({ training_runs: [runRow(1)] }), saying);
    const target = { kind: 'run', id: fixtureId('training_runs', 1) };
    assert.deepEqual(targetOf(run), target);
    assert.deepEqual(targetOf(run?.command?.arguments[0]), target);
    for (const other of [
      null,
      'x',
      3,
      {},
      { id: 'more/runs' },
      { kind: 'evil', id: 'x' },
      { kind: 'run', id: 4 },
    ])
      assert.equal(targetOf(other), null);
  });
});
