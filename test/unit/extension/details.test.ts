import assert from 'node:assert/strict';
import {
  Details,
  type DetailsAccount,
  DetailsFeed,
  detailsPace,
} from '../../../src/extension/dashboard/details.ts';
import type { SectionAnswer } from '../../../src/extension/supabase/sectionCost.ts';
import type { EngineStatus } from '../../../src/extension/sync/types.ts';
import type { DetailsMessage } from '../../../src/shared/protocol.ts';
import { countersFixture } from '../../fixtures/syncDetails.ts';
import { emitter, LineLog, ManualClock } from './support/doubles.ts';

const status: EngineStatus = {
  state: 'live',
  problem: null,
  asOf: 1,
  verifiedAt: 1,
  cached: false,
  clockOffset: 0,
  latency: 5,
  heldFrom: null,
  runsFrom: null,
  activeFrom: null,
  modelsFrom: null,
};

const answers: readonly SectionAnswer[] = [
  { table: 'projects', rows: 2, bytes: 100 },
  { table: 'models', problem: { reason: 'timeout', detail: 'No answer within 10 s.' } },
];

class Setup {
  readonly clock = new ManualClock();
  readonly log = new LineLog();
  readonly posted: DetailsMessage[] = [];
  readonly doctorChanged = emitter();
  /** Accounts whose sections were asked for. */
  readonly measured: string[] = [];
  counters = countersFixture();
  status = status;
  account: DetailsAccount | null = this.accountNamed('a');
  readonly details = new Details({
    sync: () => ({ counters: this.counters, status: this.status }),
    account: () => this.account,
    doctor: { report: null, onDidChange: this.doctorChanged.event },
    changed: emitter(),
    clock: this.clock,
    log: this.log,
  });

  accountNamed(
    key: string,
    result: Promise<readonly SectionAnswer[]> = Promise.resolve(answers),
  ): DetailsAccount {
    return {
      key,
      measure: () => {
        this.measured.push(key);
        return result;
      },
    };
  }

  open(): DetailsFeed {
    const { details, clock } = this;
    return new DetailsFeed({ details, clock, post: (message) => this.posted.push(message) });
  }

  get last(): DetailsMessage['details'] {
    const message = this.posted.at(-1);
    assert.ok(message, 'nothing was posted');
    return message.details;
  }
}

const turn = () => new Promise((done) => setImmediate(done));

describe('the feed of details', () => {
  let setup: Setup;
  beforeEach(() => {
    setup = new Setup();
  });

  it('tells at once, and then only what changed', async () => {
    setup.open();
    assert.equal(setup.posted.length, 1);
    await turn();
    await setup.clock.advance(detailsPace);
    assert.equal(setup.last.refetch.sections.length, 2);
    const { length } = setup.posted;
    await setup.clock.advance(20 * detailsPace);
    assert.equal(setup.posted.length, length, 'nothing changed, nothing is told');
    setup.counters = countersFixture({ gaps: 99 });
    await setup.clock.advance(detailsPace);
    assert.equal(setup.posted.length, length + 1);
    assert.equal(setup.last.counters?.gaps, 99);
  });

  it('tells at most once a second, however much changes', async () => {
    setup.open();
    await turn();
    const before = setup.posted.length;
    for (let step = 1; step <= 100; step += 1) {
      setup.counters = countersFixture({ pings: step });
      setup.doctorChanged.fire();
      await setup.clock.advance(detailsPace / 20);
    }
    const told = setup.posted.length - before;
    assert.ok(told >= 4 && told <= 5, `${told} posts in 5 s`);
    await setup.clock.advance(detailsPace);
    assert.equal(setup.last.counters?.pings, 100, 'the last state is not left untold');
  });

  it('tells nothing once it is closed, and leaves no timer', async () => {
    const feed = setup.open();
    await turn();
    feed.dispose();
    const { length } = setup.posted;
    setup.counters = countersFixture({ gaps: 99 });
    setup.doctorChanged.fire();
    await setup.clock.advance(10 * detailsPace);
    assert.equal(setup.posted.length, length);
    assert.equal(setup.clock.timerCount, 0);
  });
});

describe('what refetching would cost', () => {
  let setup: Setup;
  beforeEach(() => {
    setup = new Setup();
  });

  it('is measured once when somebody looks, and not again when the page is made anew', async () => {
    setup.open().dispose();
    await turn();
    setup.open();
    await setup.clock.advance(10 * detailsPace);
    assert.deepEqual(setup.measured, ['a']);
    await setup.details.measure();
    assert.deepEqual(setup.measured, ['a', 'a'], 'people may ask again');
  });

  it('is not asked for while the backend does not answer', () => {
    for (const fields of [
      { asOf: null },
      { cached: true },
      { problem: { reason: 'unreachable', detail: '' } as const },
    ]) {
      setup.status = { ...status, ...fields };
      setup.details.measureOnce();
    }
    assert.deepEqual(setup.measured, []);
    setup.status = status;
    setup.details.measureOnce();
    assert.deepEqual(setup.measured, ['a']);
  });

  it('says which section failed in words, and logs why', async () => {
    await setup.details.measure();
    const [first, second] = setup.details.current.refetch.sections;
    assert.deepEqual(first, { table: 'projects', rows: 2, bytes: 100 });
    assert.ok(second && 'problem' in second && second.problem.length > 0);
    assert.ok(
      setup.log.lines.some((line) => line.includes('models') && line.includes('No answer within 10 s.')),
    );
    assert.ok(
      setup.log.lines.some((line) => /2377 events: at least 300 bytes/.test(line)),
      setup.log.lines.join('\n'),
    );
  });

  it('is asked for by one at a time', async () => {
    const first = setup.details.measure();
    assert.ok(setup.details.current.refetch.measuring);
    await Promise.all([first, setup.details.measure()]);
    assert.deepEqual(setup.measured, ['a']);
    assert.ok(!setup.details.current.refetch.measuring);
  });

  it('of another account is never shown', async () => {
    let answerLate: (late: readonly SectionAnswer[]) => void = () => {};
    const late = new Promise<readonly SectionAnswer[]>((resolve) => {
      answerLate = resolve;
    });
    setup.account = setup.accountNamed('a', late);
    const pending = setup.details.measure();
    setup.account = setup.accountNamed('b', Promise.resolve([]));
    assert.deepEqual(setup.details.current.refetch, { measuring: false, measuredAt: null, sections: [] });
    await setup.details.measure();
    answerLate(answers);
    await pending;
    assert.deepEqual(setup.details.current.refetch.sections, []);
    setup.account = null;
    await setup.details.measure();
    assert.equal(setup.details.current.refetch.measuredAt, null);
  });
});
