import assert from 'node:assert/strict';
import type { EventRow } from '../../../src/shared/model.ts';
import {
  activityStatus,
  hostileText,
  olderMessage,
  ownEventsMessage,
  patchMessage,
  snapshotMessage,
} from '../../fixtures/dashboard.ts';
import {
  ago,
  days,
  eventRow,
  fixtureId,
  fixtureNow,
  hours,
  minutes,
  outgoingEvent,
  projectRow,
  runRow,
} from '../../fixtures/rows.ts';
import { closePages, countRenders, openPage, type TestPage } from '../support/page.tsx';

const eventId = (n: number): string => fixtureId('ide_sync_events', n);
const row = (n: number): string => `[data-section=activity] [data-id="${eventId(n)}"]`;
const project_id = fixtureId('projects', 1);
const run_id = fixtureId('training_runs', 1);

/** What each row says, without its age. */
function rows(page: TestPage): string[] {
  return page
    .all('[data-section=activity] [data-id] > .moment .moment-text')
    .map(({ textContent }) => (textContent ?? '').trim());
}

/** Events of one type each, so that no two make one row. */
const single = (n: number, fields: Partial<EventRow> = {}): EventRow =>
  eventRow(n, { event_type: `note.n${n}`, payload: {}, ...fields });

describe('rows of the timeline', () => {
  afterEach(closePages);

  it('sum what neighbours tell, and open to each and to what it reported', async () => {
    const saves = [0, 1, 2].map((n) => eventRow(n, { project_id, payload: { language: 'rust', saves: 4 } }));
    const page = await openPage(
      snapshotMessage({ projects: [projectRow(1, { name: 'char-lm' })], ide_sync_events: saves }),
    );
    assert.deepEqual(rows(page), ['12 saves in char-lm rust']);
    const toggle = page.find(`${row(2)} .moment-toggle`);
    assert.equal(toggle.getAttribute('aria-expanded'), 'false');
    assert.equal(
      document.getElementById(toggle.getAttribute('aria-labelledby') ?? '')?.textContent,
      '12 saves in char-lm rust',
    );
    await page.click(`${row(2)} .moment-toggle`);
    assert.equal(page.all(`${row(2)} [data-part]`).length, 3);
    await page.click(`[data-part="${eventId(1)}"] .moment-toggle`);
    assert.match(
      page.text(`[data-part="${eventId(1)}"] dl`),
      /^TimeNov 22, 2026, 11:59:00.AMTypefile\.savedEditorVisual Studio CodeProjectchar-lmlanguagerustsaves4Id/,
    );
    await page.send(patchMessage(1, { ide_sync_events: { up: [eventRow(3, { project_id })], del: [] } }));
    assert.equal(page.all(`${row(3)} [data-part]`).length, 4, 'an older part joins and all stays open');
    await page.click(`${row(3)} > .moment .moment-toggle`);
    assert.equal(page.all('[data-part], dl.moment-facts').length, 0);
  });

  it('take a start into its end', async () => {
    const started = eventRow(5, { event_type: 'task.started', payload: { group: 'build' } });
    const page = await openPage(snapshotMessage({ ide_sync_events: [started] }));
    assert.deepEqual(rows(page), ['Task started build']);
    const payload = { group: 'build', exit_code: 0, duration_ms: 12_000, start_id: eventId(5) };
    const ended = eventRow(4, { event_type: 'task.ended', payload });
    await page.send(patchMessage(1, { ide_sync_events: { up: [ended], del: [] } }));
    assert.deepEqual(rows(page), ['Task build took 12s']);
    await page.click(`${row(4)} .moment-toggle`);
    assert.match(page.text(`${row(4)} dl`), /StartedNov 22, 2026, 11:55:00.AM/);
  });

  it('show a payload as text, whatever it is, and not all of it', async () => {
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, n) => [`key${n}`, n]));
    const payload = {
      [hostileText]: hostileText.repeat(100),
      deep: [{ a: hostileText.repeat(100) }],
      ...many,
    };
    const page = await openPage(snapshotMessage({ ide_sync_events: [single(0, { payload })] }));
    await page.click(`${row(0)} .moment-toggle`);
    assert.equal(page.all('img, script, [onerror]').length, 0);
    const { length } = page.text(`${row(0)} dl`);
    assert.ok(length > 1_000 && length < 5_000, String(length));
  });

  it('fail their own section alone when one of them cannot be read, and say so', async () => {
    const page = await openPage();
    await page.send(snapshotMessage({ ide_sync_events: [{ id: 'bare' } as never] }));
    assert.match(page.text('[data-section=activity] [data-empty=error]'), /^“Activity” could not be drawn: /);
    assert.equal(page.all('[data-empty=error]').length, 1);
    await page.send(patchMessage(1, { projects: { up: [projectRow(1, { name: 'later' })], del: [] } }));
    assert.match(page.text('[data-section=projects]'), /later/);
  });

  it('move to another day when midnight passes, and drop no second of the clock', async () => {
    const events = [single(0), single(1, { occurred_at: ago(11 * hours) })];
    const page = await openPage(snapshotMessage({ ide_sync_events: events }));
    const headings = () => page.all('[data-section=activity] h3').map(({ textContent }) => textContent);
    assert.deepEqual(headings(), ['Today']);
    page.now += 12 * hours;
    await new Promise((done) => setTimeout(done, 1_100));
    assert.deepEqual(headings(), ['Yesterday']);
    assert.equal(page.text(`${row(0)} time`), '12h ago');
  });

  it('read by the clock of the server, and say when of what lies ahead of it', async () => {
    const events = [single(0, { occurred_at: ago(0) }), single(1, { occurred_at: ago(-10 * minutes) })];
    const page = await openPage(snapshotMessage({ ide_sync_events: events }, { clockOffset: 90_000 }));
    assert.equal(page.text(`${row(0)} time`), '1m ago');
    assert.match(page.text(`${row(1)} time`), /^12:10.PM$/);
  });

  it('draw again only where something changed', async () => {
    const events = Array.from({ length: 300 }, (_, n) => single(n + 1, { project_id }));
    const run = runRow(1, { project_id });
    const tables = { projects: [projectRow(1)], training_runs: [run], ide_sync_events: events };
    const page = await openPage(snapshotMessage(tables), { state: { shown: { activity: 200 } } });
    assert.equal(rows(page).length, 200);
    const renders = countRenders();
    try {
      await page.send(
        patchMessage(1, { training_runs: { up: [{ ...run, step: 401, sync_seq: 9_000 }], del: [] } }),
      );
      assert.equal(renders.counts.get('Entry') ?? 0, 0, 'a heartbeat is no news of the timeline');
      assert.equal(renders.counts.get('EntryView') ?? 0, 0);
      await page.send(patchMessage(2, { ide_sync_events: { up: [single(0)], del: [] } }));
      assert.equal(renders.counts.get('EntryView'), 1);
    } finally {
      renders.stop();
    }
  });
});

describe('events of this window', () => {
  afterEach(closePages);

  it('are there at once, and turn confirmed in their place', async () => {
    const page = await openPage(snapshotMessage({ ide_sync_events: [single(7)] }));
    await page.send(ownEventsMessage());
    const own = outgoingEvent(0, { event_type: 'git.committed', payload: {} });
    await page.send(ownEventsMessage([{ event: own, state: 'waiting' }]));
    assert.deepEqual(rows(page), ['Commit made', 'Note n7']);
    const element = page.find(row(0));
    assert.equal(page.find(`${row(0)} [data-standing]`).title, 'Not sent yet');
    await page.send(ownEventsMessage([{ event: own, state: 'sent' }]));
    assert.equal(page.find(`${row(0)} [data-standing]`).title, 'Sent');
    const { id, occurred_at } = own;
    const stored = eventRow(0, { id, occurred_at, event_type: 'git.committed', payload: {} });
    await page.send(patchMessage(1, { ide_sync_events: { up: [stored], del: [] } }));
    assert.equal(page.all(`${row(0)} [data-standing]`).length, 0);
    await page.send(ownEventsMessage());
    assert.deepEqual(rows(page), ['Commit made', 'Note n7']);
    assert.equal(page.find(row(0)), element);
  });

  it('say that the backend refuses them, and which window they are of', async () => {
    const page = await openPage(snapshotMessage({ ide_sync_events: [single(7, { session_id: 'another' })] }));
    await page.send(ownEventsMessage([{ event: outgoingEvent(0), state: 'refused' }]));
    assert.equal(page.find(`${row(0)} [data-standing]`).dataset.standing, 'refused');
    await page.click(`${row(0)} .moment-toggle`);
    assert.match(page.text(`${row(0)} dl`), /StateRefused by the backend.*WindowThis window/);
    await page.click(`${row(7)} .moment-toggle`);
    assert.match(page.text(`${row(7)} dl`), /WindowAnother window/);
  });

  it('light up when they appear, once', async () => {
    const lit: unknown[] = [];
    const animate = Reflect.get(Element.prototype, 'animate');
    Reflect.set(Element.prototype, 'animate', function (this: HTMLElement) {
      lit.push(this.dataset.id);
    });
    try {
      const page = await openPage(snapshotMessage({ ide_sync_events: [single(7)] }));
      const own = outgoingEvent(0, { occurred_at: new Date(fixtureNow).toISOString() });
      await page.send(ownEventsMessage([{ event: outgoingEvent(3), state: 'waiting' }]));
      // It is drawn within the second in which it is new, however slow the machine is.
      page.now = Date.now() + hours;
      await page.send(ownEventsMessage([{ event: own, state: 'waiting' }]));
      await page.send(ownEventsMessage([{ event: own, state: 'sent' }]));
      await page.send(patchMessage(1, { ide_sync_events: { up: [eventRow(0)], del: [] } }));
      assert.deepEqual(lit, [eventId(0)]);
    } finally {
      Reflect.set(Element.prototype, 'animate', animate);
    }
  });
});

describe('filter of the timeline', () => {
  afterEach(closePages);

  const tables = {
    projects: [projectRow(1, { name: 'char-lm' }), projectRow(2, { name: 'unused' })],
    ide_sync_events: [
      eventRow(0, { project_id }),
      eventRow(1, { event_type: 'git.committed', project_id, payload: {} }),
      eventRow(2, { event_type: 'git.switched', payload: {} }),
    ],
    training_runs: [runRow(1, { name: 'r1', project_id, started_at: ago(hours) })],
  };
  const options = (page: TestPage, name: string) =>
    page.all(`[data-filter=${name}] option`).map(({ textContent }) => textContent);

  it('offers what there is, and narrows by kind and project', async () => {
    const page = await openPage(snapshotMessage(tables));
    assert.deepEqual(options(page, 'kind'), ['All kinds', 'Run', 'File', 'Git']);
    assert.deepEqual(options(page, 'project'), ['All projects', 'char-lm', 'unused']);
    assert.equal(page.all('[data-clear]').length, 0);
    await page.select('[data-filter=kind]', 'git');
    assert.deepEqual(rows(page), ['Commit made in char-lm', 'Branch switched']);
    await page.select('[data-filter=project]', project_id);
    assert.deepEqual(rows(page), ['Commit made in char-lm']);
    await page.select('[data-filter=kind]', 'run');
    assert.deepEqual(rows(page), ['Run started r1 in char-lm']);
    await page.click('[data-clear]');
    assert.equal(rows(page).length, 3, 'the project is chosen for the whole page');
    await page.click('[data-all-projects]');
    assert.equal(rows(page).length, 4);
  });

  it('says when nothing matches, and leads out of it', async () => {
    const state = { timelineKind: 'debug', project: 'gone' };
    const page = await openPage(snapshotMessage(tables), { state });
    assert.equal(page.find<HTMLSelectElement>('[data-filter=kind]').value, 'debug');
    assert.equal(page.find<HTMLSelectElement>('[data-filter=project]').value, 'gone');
    assert.match(
      page.text('[data-section=activity] [data-empty]'),
      /^No entries of the kind “Debug”\. Show all kinds/,
    );
    await page.click('[data-section=activity] [data-empty] button');
    assert.match(
      page.text('[data-section=activity] [data-empty]'),
      /^Nothing is shown: .* Show all projects/,
    );
    await page.click('[data-section=activity] [data-empty] button');
    assert.equal(rows(page).length, 4);
  });

  it('holds for events of this window too', async () => {
    const page = await openPage(snapshotMessage(tables), { state: { timelineKind: 'git' } });
    const own = (n: number, event_type: string) => outgoingEvent(n, { event_type, payload: {} });
    await page.send(
      ownEventsMessage([
        { event: own(8, 'file.saved'), state: 'waiting' },
        { event: own(9, 'git.switched'), state: 'waiting' },
      ]),
    );
    assert.deepEqual(rows(page), ['Commit made in char-lm', 'Branch switched 2 times']);
  });
});

describe('older entries', () => {
  afterEach(closePages);

  const heldFrom = ago(10 * minutes);
  const status = { activity: activityStatus({ heldFrom }) };
  const held = {
    ide_sync_events: [single(1), single(10)],
    training_runs: [runRow(1, { name: 'held', started_at: ago(2 * hours) })],
  };
  const next = { at: ago(12 * minutes), id: eventId(12) };
  const beyond = (page: TestPage): string => page.text('[data-beyond]');

  it('are asked for page by page until that is all', async () => {
    const page = await openPage(snapshotMessage(held, status));
    assert.deepEqual(
      rows(page),
      ['Note n1', 'Note n10'],
      'a run that began before what is held leaves no hole',
    );
    await page.click('[data-beyond] button');
    const filter = { kind: null, project: null };
    assert.deepEqual(page.host.ofType('older'), [
      { type: 'older', request: 1, before: { at: heldFrom, id: null }, filter },
    ]);
    assert.match(beyond(page), /Loading older entries/);
    await page.click('[data-beyond] button');
    assert.equal(page.host.ofType('older').length, 1);
    await page.send(olderMessage(1, { events: [single(10), single(11), single(12)], next }));
    assert.deepEqual(rows(page), ['Note n1', 'Note n10', 'Note n11', 'Note n12']);
    await page.click('[data-beyond] button');
    assert.deepEqual(page.host.ofType('older')[1]?.before, next);
    await page.send(olderMessage(2, { events: [single(200)] }));
    assert.deepEqual(rows(page).slice(-2), ['Run started held', 'Note n200']);
    assert.equal(beyond(page), 'That is all.');
  });

  it('say why there are none, and try again', async () => {
    const page = await openPage(snapshotMessage(held, status));
    await page.click('[data-beyond] button');
    const problem = 'The backend cannot be reached.';
    await page.send(olderMessage(1, { problem, next: { at: heldFrom, id: null } }));
    assert.equal(beyond(page), 'The backend cannot be reached. Try again');
    await page.click('[data-beyond] button');
    await page.send(olderMessage(2, { events: [single(11)] }));
    assert.equal(rows(page).length, 4);
  });

  it('are given up when the filter changes, and late answers are not taken', async () => {
    const page = await openPage(snapshotMessage(held, status));
    await page.click('[data-beyond] button');
    await page.select('[data-filter=kind]', 'git');
    assert.match(
      page.text('[data-section=activity] [data-empty]'),
      /No entries of the kind “Git”\..*Show older/,
    );
    await page.send(olderMessage(1, { events: [single(11)] }));
    assert.deepEqual(rows(page), []);
    await page.click('[data-beyond] button');
    assert.deepEqual(page.host.ofType('older')[1]?.filter, { kind: 'git', project: null });
    await page.send(olderMessage(2, { events: [eventRow(15, { event_type: 'git.switched', payload: {} })] }));
    assert.deepEqual(rows(page), ['Branch switched']);
    await page.click('[data-clear]');
    assert.deepEqual(rows(page), ['Note n1', 'Note n10']);
    assert.match(beyond(page), /Show older/);
  });

  it('stay with what the window lets go, and follow deletions and another life', async () => {
    const page = await openPage(snapshotMessage(held, status));
    await page.click('[data-beyond] button');
    await page.send(
      olderMessage(1, { events: [single(11)], next: { at: ago(11 * minutes), id: eventId(11) } }),
    );
    const later = { status: { activity: activityStatus({ heldFrom: ago(5 * minutes) }) } };
    const gone = { up: [single(0)], del: [eventId(10)] };
    await page.send(patchMessage(1, { ide_sync_events: gone }, later));
    assert.deepEqual(rows(page), ['Note n0', 'Note n1', 'Note n10', 'Note n11']);
    await page.send(patchMessage(2, { ide_sync_events: { up: [], del: [eventId(1)] } }, later));
    assert.deepEqual(rows(page), ['Note n0', 'Note n10', 'Note n11']);
    await page.send(snapshotMessage({ ide_sync_events: [single(0)] }, status, { epoch: 'epoch-2' }));
    assert.deepEqual(rows(page), ['Note n0']);
    await page.click('[data-beyond] button');
    await page.send(olderMessage(2, { events: [single(11)] }));
    const account = { ...status, account: 'another@runglass.local' };
    await page.send(snapshotMessage({ ide_sync_events: [single(0)] }, account, { epoch: 'epoch-2' }));
    assert.deepEqual(rows(page), ['Note n0']);
  });

  it('take in what comes and is let go again within a frame', async () => {
    const page = await openPage(snapshotMessage(held, status));
    await page.click('[data-beyond] button');
    await page.send(
      olderMessage(1, { events: [single(11)], next: { at: ago(11 * minutes), id: eventId(11) } }),
    );
    const later = { status: { activity: activityStatus({ heldFrom: ago(5 * minutes) }) } };
    const passing = [single(5), single(7)];
    page.host.send(patchMessage(1, { ide_sync_events: { up: passing, del: [] } }, later));
    const gone = { up: [], del: [eventId(5), eventId(7), eventId(10)] };
    await page.send(patchMessage(2, { ide_sync_events: gone }, later));
    assert.deepEqual(rows(page), ['Note n1', 'Note n5', 'Note n7', 'Note n10', 'Note n11']);
  });

  it('are drawn in steps', async () => {
    const page = await openPage(snapshotMessage(held, status));
    await page.click('[data-beyond] button');
    const events = Array.from({ length: 5_000 }, (_, n) => single(11 + n));
    await page.send(olderMessage(1, { events, next: { at: ago(90 * days), id: null } }));
    assert.equal(rows(page).length, 52);
    assert.match(page.text('[data-section=activity] .show-more'), /^Show more \(50 of 4,95\d\)$/);
    assert.equal(page.all('[data-beyond]').length, 0);
  });

  it('end at as many as fit', async () => {
    const page = await openPage(snapshotMessage(held, status));
    await page.click('[data-beyond] button');
    const events = Array.from({ length: 5_000 }, (_, n) => eventRow(11 + n));
    await page.send(olderMessage(1, { events, next: { at: ago(90 * days), id: null } }));
    assert.match(beyond(page), /^These are as many entries as fit\. Narrow the filter/);
    assert.equal(page.all('[data-beyond] button').length, 0);
    page.dashboard.timeline.askOlder();
    assert.equal(page.host.ofType('older').length, 1);
  });

  it('name a run that the list does not hold, without a link', async () => {
    const page = await openPage(snapshotMessage(held, status));
    await page.click('[data-beyond] button');
    const far = runRow(9, { name: 'far', started_at: ago(90 * days) });
    const events = [single(11, { run_id: far.id }), single(12, { run_id })];
    await page.send(olderMessage(1, { events, runs: [far], next }));
    assert.deepEqual(rows(page).slice(-2), ['Note n11 · run far', 'Note n12 · run held']);
    assert.equal(page.all(`${row(11)} .moment-link`).length, 0);
    assert.equal(page.all(`${row(12)} .moment-link`).length, 1);
  });
});

describe('links of the timeline', () => {
  afterEach(closePages);

  it('lead to a run that the filter hides far down the list', async () => {
    const runs = Array.from({ length: 60 }, (_, n) =>
      runRow(n, {
        status: 'completed',
        started_at: ago((n + 1) * hours),
        finished_at: ago(n * hours + minutes),
      }),
    );
    const event = single(0, { run_id: fixtureId('training_runs', 55) });
    const page = await openPage(snapshotMessage({ training_runs: runs, ide_sync_events: [event] }), {
      state: { runFilter: 'active' },
    });
    await page.click(`${row(0)} .moment-link`);
    const found = page.find(`[data-section=runs] [data-id="${fixtureId('training_runs', 55)}"]`);
    const list = page.find('[data-list=runs]');
    assert.equal(document.activeElement, list);
    assert.equal(list.getAttribute('aria-activedescendant'), found.id);
    assert.equal(page.find(`${row(0)} .moment-toggle`).getAttribute('aria-expanded'), 'false');
  });

  it('lead to a project', async () => {
    const projects = Array.from({ length: 40 }, (_, n) => projectRow(n));
    const event = single(0, { project_id: fixtureId('projects', 38) });
    const page = await openPage(snapshotMessage({ projects, ide_sync_events: [event] }));
    await page.click(`${row(0)} .moment-link`);
    const found = page.find(`[data-section=projects] [data-id="${fixtureId('projects', 38)}"]`);
    assert.equal(document.activeElement, found.querySelector('button'));
  });
});
