import assert from 'node:assert/strict';
import { OlderEntries } from '../../../src/extension/dashboard/olderEntries.ts';
import type { ReadTimeline, TimelinePage } from '../../../src/extension/supabase/timeline.ts';
import type { TimelineFilter, TimelinePlace } from '../../../src/shared/activity.ts';
import type { HostMessage, OlderMessage } from '../../../src/shared/protocol.ts';
import { type Problem, RunglassError } from '../../../src/shared/status.ts';
import { LineLog, settle } from './support/doubles.ts';

const place: TimelinePlace = { at: '2026-01-01T00:00:00.000001+00:00', id: null };
const next: TimelinePlace = { at: '2025-01-01T00:00:00+00:00', id: '00000000-0000-4000-8000-000000000000' };
const page: TimelinePage = { events: [], runs: [], next };
const ask = (request: number, filter: TimelineFilter = { kind: null, project: null }): OlderMessage => ({
  ...{ type: 'older', request, before: place, filter },
});

class Setup {
  readonly posted: HostMessage[] = [];
  readonly log = new LineLog();
  /** What was asked of the database and is not answered yet. */
  readonly asked: {
    readonly before: TimelinePlace;
    readonly filter: TimelineFilter;
    readonly answer: (page: TimelinePage) => void;
    readonly fail: (error: Error) => void;
  }[] = [];
  readonly reader: ReadTimeline = (before, filter) =>
    new Promise((answer, fail) => this.asked.push({ before, filter, answer, fail }));
  read: ReadTimeline | null = this.reader;
  readonly older = new OlderEntries({
    read: () => this.read,
    post: (message) => this.posted.push(message),
    log: this.log,
  });

  async answer(): Promise<void> {
    this.asked.shift()?.answer(page);
    await settle();
  }
}

describe('OlderEntries', () => {
  let setup: Setup;
  beforeEach(() => {
    setup = new Setup();
  });

  it('asks nothing until it is asked, and answers with the number of the request', async () => {
    await settle();
    assert.equal(setup.asked.length, 0);
    const filter = { kind: 'git', project: next.id } as const;
    setup.older.ask(ask(7, filter));
    assert.deepEqual([setup.asked[0]?.before, setup.asked[0]?.filter], [place, filter]);
    await setup.answer();
    assert.deepEqual(setup.posted, [{ type: 'older', request: 7, ...page, problem: null }]);
  });

  it('has one question under way, and of those that wait asks the last; each gets an answer', async () => {
    for (const request of [1, 2, 3]) setup.older.ask(ask(request));
    assert.equal(setup.asked.length, 1);
    await setup.answer();
    assert.equal(setup.asked.length, 1);
    await setup.answer();
    assert.equal(setup.asked.length, 0);
    assert.deepEqual(
      setup.posted.map((message) => message.type === 'older' && [message.request, message.problem === null]),
      [
        [2, false],
        [1, true],
        [3, true],
      ],
    );
  });

  const problems: readonly [Problem, RegExp][] = [
    [{ reason: 'unreachable', detail: 'ECONNREFUSED' }, /cannot be reached/],
    [
      { reason: 'notMigrated', missing: ['timeline_page'], detail: '' },
      /timeline_page is missing.*migrations/,
    ],
    [{ reason: 'sessionExpired', detail: '' }, /Sign in again/],
  ];
  for (const [problem, words] of problems)
    it(`tells in words that it failed (${problem.reason}), and answers the next request`, async () => {
      setup.older.ask(ask(1));
      setup.asked.shift()?.fail(new RunglassError(problem));
      await settle();
      const [answer] = setup.posted;
      assert.partialDeepStrictEqual(answer, { type: 'older', request: 1, events: [], runs: [], next: place });
      assert.match((answer?.type === 'older' && answer.problem) || '', words);
      setup.older.ask(ask(2));
      await setup.answer();
      assert.partialDeepStrictEqual(setup.posted[1], { request: 2, problem: null });
    });

  it('says so when nobody is signed in', async () => {
    setup.read = null;
    setup.older.ask(ask(1));
    await settle();
    assert.partialDeepStrictEqual(setup.posted, [{ request: 1, problem: 'Sign in to see older entries.' }]);
  });

  it('shows nobody the rows of who was signed in before', async () => {
    setup.older.ask(ask(1));
    setup.read = async () => page;
    await setup.answer();
    assert.partialDeepStrictEqual(setup.posted, [{ request: 1, events: [], runs: [], next: place }]);
    assert.ok(setup.posted[0]?.type === 'older' && setup.posted[0].problem);
  });

  it('has no answer for a page that is gone, and does not wait for it', async () => {
    setup.older.ask(ask(1));
    setup.older.ask(ask(2));
    setup.older.forget();
    setup.older.ask(ask(1));
    assert.equal(setup.asked.length, 2);
    await setup.answer();
    assert.deepEqual(setup.posted, []);
    await setup.answer();
    assert.equal(setup.posted.length, 1);
  });
});
