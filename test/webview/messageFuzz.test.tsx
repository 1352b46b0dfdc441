import assert from 'node:assert/strict';
import { tables } from '../../src/shared/tables.ts';
import { connectToVsCode } from '../../src/webview/host.ts';
import { decodeHostMessage } from '../../src/webview/state/messages.ts';
import {
  fullTables,
  olderMessage,
  ownEventsMessage,
  patchMessage,
  snapshotMessage,
} from '../fixtures/dashboard.ts';
import { eventRow, fixtureId, outgoingEvent, runRow } from '../fixtures/rows.ts';
import { detailsMessage, reportWithFindings } from '../fixtures/syncDetails.ts';
import { mutated, seeded } from '../support/fuzz.ts';
import { closePages, openPage, type TestPage } from './support/page.tsx';

const fewTables = Object.fromEntries(
  tables.map((table) => [table, fullTables[table].slice(0, 3)]),
) as unknown as typeof fullTables;
const good = snapshotMessage(fewTables);

/** One of each kind that the host sends. */
const valid: readonly object[] = [
  good,
  snapshotMessage(fewTables, {
    state: 'setup',
    message: 'm',
    hint: 'h',
    action: { command: 'refresh', title: 't' },
  }),
  patchMessage(1, { training_runs: { up: [runRow(0)], del: [fixtureId('training_runs', 1)] } }),
  ownEventsMessage([{ event: outgoingEvent(1), state: 'waiting' }]),
  olderMessage(1, {
    events: [eventRow(9)],
    runs: [runRow(9)],
    next: { at: eventRow(9).occurred_at, id: null },
  }),
  { type: 'answer', id: 1, problem: null, result: { config: { a: 1 } } },
  { type: 'refreshing', refreshing: false },
  detailsMessage({ doctor: reportWithFindings }),
  { type: 'show', target: { kind: 'run', id: fixtureId('training_runs', 0) } },
  {
    type: 'show',
    target: { kind: 'compare', ids: [fixtureId('training_runs', 0), fixtureId('training_runs', 1)] },
  },
  { type: 'copied', what: 'error' },
];

/** Everything that a message may change. */
function stateOf({ dashboard: { store, ui } }: TestPage): readonly unknown[] {
  const { status, details, copied, refreshing, ownEvents, session, position } = store;
  const signals = [status, details, copied, refreshing, ownEvents, session, ui.sheet, ui.wanted, ui.revealed];
  return [
    ...tables.map((table) => store.tables[table].value),
    ...signals.map((signal) => signal.value),
    ...Object.values(position),
  ];
}

describe('messages to the page', () => {
  afterEach(closePages);

  it('are read one and all when they are well formed', () => {
    for (const message of valid)
      assert.ok(decodeHostMessage(message).ok, JSON.stringify(message).slice(0, 80));
  });

  it('never throw where they are read, whatever they are', () => {
    for (const seed of [1, 2, 3]) {
      const random = seeded(seed);
      let refused = 0;
      for (let round = 0; round < 3_000; round++) {
        const message = mutated(valid[round % valid.length], random);
        try {
          if (!decodeHostMessage(message).ok) refused += 1;
        } catch (error) {
          assert.fail(`seed ${seed}, round ${round}: ${error}`);
        }
      }
      assert.ok(refused > 300 && refused < 2_700, `${refused} refused: both are tried`);
    }
    for (const message of [null, undefined, 7n, 'snapshot', [], { type: { type: 1n } }, () => {}])
      assert.equal(decodeHostMessage(message).ok, false);
  });

  it('change nothing when they are refused, and never take the page down when they are not', async function () {
    this.timeout(120_000);
    const seed = 11;
    const random = seeded(seed);
    const page = await openPage(good);
    let accepted = 0;
    for (let round = 0; round < 220; round++) {
      const message = mutated(valid[round % valid.length], random);
      const before = stateOf(page);
      const { ok } = decodeHostMessage(message);
      try {
        await page.send(message);
      } catch (error) {
        assert.fail(`seed ${seed}, round ${round}: ${error}`);
      }
      const where = `seed ${seed}, round ${round}`;
      if (ok) accepted += 1;
      else
        assert.ok(
          stateOf(page).every((part, n) => Object.is(part, before[n])),
          where,
        );
      assert.equal(page.all('.page-header h1, main.page').length, 2, where);
      page.dashboard.ui.sheet.value = null;
      await page.send(good);
    }
    assert.ok(accepted > 30, `${accepted} accepted`);
    for (const again of page.all('[data-empty=error] button')) again.click();
    await page.send(snapshotMessage(fewTables, {}, { epoch: 'after' }));
    assert.equal(page.all('[data-empty=error]').length, 0);
    assert.equal(page.all('[data-section]').length, 6);
    assert.equal(({} as { evil?: unknown }).evil, undefined);
  });

  it('are heard from its own origin only, which is that of the frame around it', () => {
    const heard: unknown[] = [];
    Object.assign(globalThis, { acquireVsCodeApi: () => ({}) });
    Object.assign(window, { origin: 'vscode-webview://own' });
    const stop = connectToVsCode().onMessage((message) => heard.push(message));
    const tell = (data: string, origin: string) =>
      window.dispatchEvent(Object.assign(new window.Event('message'), { data, origin }));
    tell('of the host', 'vscode-webview://own');
    for (const other of ['vscode-webview://other', 'https://evil.example', 'null', '']) tell(other, other);
    stop();
    tell('too late', 'vscode-webview://own');
    assert.deepEqual(heard, ['of the host']);
  });
});
