import assert from 'node:assert/strict';
import { clip } from '../../src/shared/format.ts';
import { tables } from '../../src/shared/tables.ts';
import { isUnseen } from '../../src/shared/unseen.ts';
import { snapshotMessage } from '../fixtures/dashboard.ts';
import { historyOf } from '../fixtures/histories.ts';
import {
  hostileRow,
  hostileTablesOf,
  hostileTexts,
  hugeTexts,
  untouchedColumns,
} from '../fixtures/hostile.ts';
import { fixtureId } from '../fixtures/rows.ts';
import { detailsMessage, doctorReport } from '../fixtures/syncDetails.ts';
import { clickNext, openersOf } from './support/crawl.ts';
import { answerRequests } from './support/detail.ts';
import { inertFaults } from './support/inert.ts';
import { closePages, openPage, settle, type TestPage } from './support/page.tsx';

const texts = Object.values(hostileTexts);
const evil = texts.join(' ');

/** What the host answers with the same texts in it. */
const answers = {
  runHistory: historyOf(
    [1, 2, 3].map((step) => ({ step, metrics: Object.fromEntries(texts.map((t) => [t, step])) })),
  ),
  runConfig: { config: Object.fromEntries(texts.map((text) => [text, { [text]: [text] }])) },
};

const sheets = {
  run: { sheet: { kind: 'run', id: fixtureId('training_runs', 2) } },
  compare: {
    sheet: { kind: 'compare' },
    comparedRuns: [0, 1, 2].map((n) => fixtureId('training_runs', n)),
  },
  details: { sheet: { kind: 'sync' } },
};

function hostileSnapshot(of = texts) {
  return snapshotMessage(hostileTablesOf(of, of !== hugeTexts), {
    message: evil,
    hint: evil,
    account: evil,
    backend: { kind: 'remote', label: evil },
    action: { command: 'refresh', title: 'Try Now' },
  });
}

async function openHostile(state: unknown, of?: readonly string[]): Promise<TestPage> {
  const page = await openPage(hostileSnapshot(of as typeof texts), { state });
  await page.send(details);
  // The code of a sheet comes with a file of its own.
  for (let turn = 0; turn < 5; turn++) await settle();
  await answerRequests(page, answers);
  return page;
}

const checks = doctorReport().checks.map((check) => ({
  ...check,
  outcome: 'failed' as const,
  detail: evil,
  findings: [{ table: evil, detail: evil, remedy: { kind: 'sql' as const, text: evil } }],
}));
const details = detailsMessage({ doctor: { ...doctorReport(), checks, postgres: evil } });

/** Of another element where that is what names this one. */
function wordsOf(element: Element): string {
  const name = document.getElementById(element.getAttribute('aria-labelledby') ?? '');
  return (name ?? element).textContent ?? '';
}

describe('hostile texts in every column', () => {
  afterEach(closePages);
  const assertInert = (page: TestPage) => {
    assert.deepEqual(inertFaults(document.documentElement, ownLines), []);
    assert.deepEqual(page.host.ofType('log'), []);
    assert.equal(page.all('[data-empty=error]').length, 0);
  };
  const ownLines = [hostileTexts.fromTheRight, ...clip(evil, 20_000).split('\n')].map((line) => line.trim());

  it('are in all columns but numbers', () => {
    const numbers = ['sync_seq', 'amount', 'size_bytes', 'price_cents', 'cancel_at_period_end'];
    numbers.push('progress', 'step', 'total_steps', 'step_rate');
    for (const table of tables)
      assert.deepEqual(
        untouchedColumns(table).filter((column) => !numbers.includes(column)),
        [],
        table,
      );
  });

  for (const [name, state] of Object.entries({ page: {}, ...sheets })) {
    it(`make nothing and turn nothing, and are read as they stand: ${name}`, async function () {
      this.timeout(120_000);
      const page = await openHostile(state);
      assertInert(page);
      const { textContent } = document.documentElement;
      assert.ok(textContent?.includes(hostileTexts.element) && textContent.includes(hostileTexts.link));
    });

    it(`nor in what opens there: ${name}`, async function () {
      this.timeout(120_000);
      const clicked = new Set<string>();
      for (let place = 0, count = 1; place < count; place++) {
        const page = await openHostile(state, [evil, hostileTexts.fromTheRight]);
        const openers = openersOf(page);
        count = openers.length;
        place = await clickNext(openers, place, clicked);
        await answerRequests(page, answers);
        assertInert(page);
        closePages();
      }
    });
  }

  it('are laid out in part, however long they are', async function () {
    this.timeout(120_000);
    for (const state of [{}, sheets.run]) {
      const page = await openHostile(state, hugeTexts);
      assertInert(page);
      assert.ok((page.root.textContent ?? '').length < 200_000);
      // What names a thing for the page itself may be as long as the thing's name.
      for (const said of page.all('[title], [aria-label]'))
        for (const name of ['title', 'aria-label'])
          assert.ok((said.getAttribute(name) ?? '').length < 2_000, `${name} of ${said.className}`);
      closePages();
    }
  });

  it('leave nothing to press that cannot be seen', async function () {
    this.timeout(120_000);
    for (const [name, state] of Object.entries({ page: {}, ...sheets })) {
      const page = await openHostile(state, [' \u200b\u3164\u2800']);
      const unseen = page
        .all('button, summary, option, [role=row]')
        .filter((element) => isUnseen(wordsOf(element)) && !element.querySelector('svg'));
      assert.deepEqual(
        unseen.map(({ outerHTML }) => outerHTML.slice(0, 200)),
        [],
        name,
      );
      closePages();
    }
  });

  it('come to nothing as what the page kept of itself', async () => {
    for (const text of texts) {
      const kept = [
        'range',
        'metric',
        'project',
        'open',
        'sheet',
        'focus',
        'runSort',
        'comparedRuns',
        'shown',
      ];
      const state = Object.fromEntries(kept.map((name) => [name, { kind: text, id: text, [text]: [text] }]));
      assertInert(
        await openPage(snapshotMessage({ projects: [hostileRow('projects', 1, text)] }), { state }),
      );
      closePages();
    }
  });
});
