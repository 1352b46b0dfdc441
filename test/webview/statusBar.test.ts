import './support/dom.ts';
import assert from 'node:assert/strict';
import { Bridge } from '../../src/extension/dashboard/bridge.ts';
import { LiveSource } from '../../src/extension/dashboard/source.ts';
import type { StatusBarModel } from '../../src/extension/statusBar/model.ts';
import { statusBarOf } from '../../src/extension/statusBar/rows.ts';
import type { Sync } from '../../src/extension/sync/types.ts';
import { Formats } from '../../src/shared/format.ts';
import { applyPatches, emptyTables, type TableMaps } from '../../src/shared/patch.ts';
import type { DashboardStatus } from '../../src/shared/protocol.ts';
import { dashboardStatus, snapshotMessage } from '../fixtures/dashboard.ts';
import { limitStates } from '../fixtures/limits.ts';
import { ago, fixtureNow, minutes, subscriptionRow, usageRow } from '../fixtures/rows.ts';
import { tablesOf } from '../fixtures/tables.ts';
import { emitter, HandReplica, ManualClock, settle } from '../unit/extension/support/doubles.ts';
import { closePages, openPage, type TestPage } from './support/page.tsx';

const formats = new Formats('en', 'UTC');

function statusBar(tables: TableMaps, status: DashboardStatus, now = fixtureNow): StatusBarModel {
  const replica = Object.assign(new HandReplica(), { tables });
  return statusBarOf({ replica, display: 'text', metric: '', status, now, formats });
}

/** What the tooltip shows as text. */
function plainOf({ tooltip }: StatusBarModel): string {
  return tooltip.replace(/\\(.)/g, '$1');
}

/** The cells of a metric's line. */
function cellsOf(model: StatusBarModel, name: string): readonly string[] {
  const line = plainOf(model)
    .split('\n')
    .find((each) => each.startsWith(`| ${name} |`));
  assert.ok(line, `the tooltip has no line of ${name}`);
  return line.split('|').map((cell) => cell.trim());
}

/** Holds each gauge and each line about a limit of the page against the tooltip. */
function assertSameNumbers(page: TestPage, model: StatusBarModel): void {
  const gauges = page.all('.gauge').slice(0, 12);
  const textOf = (gauge: HTMLElement, part: string) => gauge.querySelector(part)?.textContent?.trim();
  for (const gauge of gauges) {
    const name = textOf(gauge, '.gauge-name') ?? '';
    const [, , used = '', limit = '', percent, expected] = cellsOf(model, name);
    assert.ok(used.startsWith(textOf(gauge, '.gauge-used') ?? '?'), `${name}: ${used}`);
    const max = textOf(gauge, '.gauge-numbers .muted')?.replace('/ ', '');
    if (max !== undefined) assert.ok(limit.startsWith(max), `${name}: ${limit}`);
    assert.equal(percent, textOf(gauge, '.gauge-words .num') ?? '–', name);
    const pace = textOf(gauge, '.gauge-pace') ?? '';
    assert.equal(expected, pace.includes(' by ') ? pace : '–', name);
  }
  for (const line of page.all('[data-limit] p').slice(0, 3))
    assert.ok(plainOf(model).includes(line.textContent ?? '?'), line.textContent ?? '');
}

describe('the status bar and the dashboard', () => {
  afterEach(closePages);

  for (const [name, snapshot] of Object.entries(limitStates))
    it(`say the same of every metric and limit: ${name}`, async () => {
      const page = await openPage(snapshot);
      assert.ok(page.all('.gauge').length > 0);
      assertSameNumbers(page, statusBar(tablesOf(snapshot.tables), snapshot.status));
    });

  it('say the same of the connection in every state', async () => {
    const states = ['connecting', 'catchingUp', 'live', 'polling', 'offline', 'setup'] as const;
    for (const state of states)
      for (const cached of [false, true]) {
        const status = dashboardStatus({ state, cached, asOf: Date.parse(ago(3 * minutes)) });
        const page = await openPage(snapshotMessage({}, { ...status }));
        const said = page.text('.connection');
        const head = plainOf(statusBar(emptyTables(), status)).split('\n')[0] ?? '';
        assert.ok(said.length > 0 && head.includes(said), `${state}: ${said} / ${head}`);
        closePages();
      }
  });

  it('hear of a change from one batch, and say the same after it', async () => {
    const replica = new HandReplica();
    const up = (amount: number) => usageRow(0, { amount });
    replica.tables = tablesOf({ subscriptions: [subscriptionRow(0)], usage_tracking: [up(1_000_000)] });
    const clock = new ManualClock();
    const source = new LiveSource({
      sync: () => ({ replica, onDidChangeStatus: emitter().event }) as unknown as Sync,
      onDidChangeSync: emitter().event,
      status: () => dashboardStatus(),
      session: 's',
      ownEvents: () => [],
      onDidChangeStatus: [],
      ...{ replicaChanged: emitter(), statusChanged: emitter(), rowsChanged: emitter() },
    });
    const page = await openPage();
    const sent: Promise<void>[] = [];
    const bridge = new Bridge({ source, clock, post: (message) => sent.push(page.send(message)) });
    const drawn: StatusBarModel[] = [];
    const draw = () => drawn.push(statusBar(source.replica?.tables ?? emptyTables(), source.status));
    source.onDidChangeRows(draw);
    bridge.ready();
    draw();
    await Promise.all(sent);
    const [before] = drawn;
    assert.ok(before);
    assert.match(before.text, /10%$/);
    assertSameNumbers(page, before);

    const row = up(9_900_000);
    replica.tables = applyPatches(replica.tables, { usage_tracking: { up: [row], del: [] } });
    replica.apply([
      { eventType: 'UPDATE', table: 'usage_tracking', new: row, old: null, seq: 2, source: 'realtime' },
    ]);
    await clock.advance(50);
    await settle();
    await Promise.all(sent);
    const after = drawn.at(-1);
    assert.ok(after);
    assert.deepEqual([drawn.length, after.background], [2, 'warning']);
    assert.match(after.text, /99%$/);
    assertSameNumbers(page, after);
    bridge.dispose();
    source.dispose();
  });
});
