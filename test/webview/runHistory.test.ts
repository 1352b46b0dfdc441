import assert from 'node:assert/strict';
import { type Signal, signal } from '@preact/signals';
import type { RunRow } from '../../src/shared/model.ts';
import type { RunHistory } from '../../src/shared/requests.ts';
import { Column, firstAfter } from '../../src/webview/runs/detail/column.ts';
import { Curves } from '../../src/webview/runs/detail/curves.ts';
import { RunHistories } from '../../src/webview/runs/detail/histories.ts';
import { HistoryReader, type Timer } from '../../src/webview/runs/detail/historyReader.ts';
import { Refused } from '../../src/webview/state/requests.ts';
import { historyOf, lossPoints } from '../fixtures/histories.ts';
import { runRow } from '../fixtures/rows.ts';

describe('a growing column', () => {
  it('keeps what was pushed through every doubling', () => {
    const column = new Column();
    for (let i = 0; i < 1_000; i++) column.push(i);
    assert.equal(column.length, 1_000);
    assert.deepEqual([...column.view()].slice(-2), [998, 999]);
  });

  it('grows in one place for as long as there is room: a view is no copy', () => {
    const column = new Column();
    for (let i = 0; i < 65; i++) column.push(i);
    const before = column.view().buffer;
    for (let i = 65; i < 128; i++) column.push(i);
    assert.equal(column.view().buffer, before);
  });

  it('finds the place behind a number', () => {
    assert.equal(firstAfter([1, 3, 5], 0), 0);
    assert.equal(firstAfter([1, 3, 5], 3), 2);
    assert.equal(firstAfter([1, 3, 5], 9), 3);
    assert.equal(firstAfter([], 1), 0);
  });
});

describe('the curves of a run', () => {
  it('keep the points of each metric apart, so that one logged seldom has no holes', () => {
    const curves = new Curves();
    const points = [
      { step: 1, metrics: { loss: 3, val_loss: 4 } },
      { step: 2, metrics: { loss: 2 } },
      { step: 3, metrics: { loss: 1, val_loss: 2 } },
    ];
    curves.merge(historyOf(points), null);
    assert.deepEqual(curves.names, ['loss', 'val_loss']);
    assert.deepEqual([...(curves.curve('val_loss')?.steps ?? [])], [1, 3]);
    assert.deepEqual([...(curves.curve('val_loss')?.values ?? [])], [4, 2]);
    assert.deepEqual([...(curves.curve('val_loss')?.at ?? [])], [1_000, 3_000]);
    assert.equal(curves.curve('accuracy'), null);
  });

  it('take a tail in the place of what they hold behind its start: the last write wins', () => {
    const curves = new Curves();
    curves.merge(historyOf(lossPoints(1, 10)), null);
    assert.equal(curves.tailStart, 6, 'a few points before the end are read again');
    curves.merge(historyOf(lossPoints(7, 14, 0.5)), 6);
    assert.equal(curves.length, 14);
    assert.equal(curves.lastStep, 14);
    assert.deepEqual([...(curves.curve('loss')?.values ?? [])].slice(4, 9), [5, 6, 7.5, 8.5, 9.5]);
  });

  it('take in a metric that is first logged late and forget one that is gone', () => {
    const curves = new Curves();
    curves.merge(historyOf(lossPoints(1, 6)), null);
    curves.merge(historyOf([{ step: 7, metrics: { accuracy: 0.5 } }]), 6);
    assert.deepEqual(curves.names, ['loss', 'accuracy']);
    curves.merge(historyOf([{ step: 1, metrics: { accuracy: 0.1 } }]), null);
    assert.deepEqual(curves.names, ['accuracy']);
    assert.equal(curves.length, 1);
  });

  it('count a step as read that was thinned out or has no finite number', () => {
    const curves = new Curves();
    curves.merge(historyOf([{ step: 3, metrics: { loss: Number.NaN } }], 9), null);
    assert.equal(curves.lastStep, 9);
    assert.deepEqual(curves.names, []);
    assert.equal(curves.length, 1);
  });

  it('refuse an answer that cannot be read and stay as they were', () => {
    const curves = new Curves();
    curves.merge(historyOf(lossPoints(1, 3)), null);
    const { at, ...rest } = historyOf(lossPoints(4, 6));
    assert.throws(() => curves.merge({ ...rest, at: at.slice(8) }, 3), /differ in length/);
    assert.throws(() => curves.merge(historyOf([...lossPoints(4, 6), ...lossPoints(5, 5)]), 3), /not ascend/);
    assert.throws(() => curves.merge({ ...rest, at, steps: new ArrayBuffer(3) }, 3));
    assert.equal(curves.length, 3);
    assert.equal(curves.lastStep, 3);
  });

  it('know a tail that begins before its start', () => {
    const curves = new Curves();
    curves.merge(historyOf(lossPoints(1, 6)), null);
    curves.merge(historyOf(lossPoints(1, 8, 0.5)), 6);
    assert.deepEqual([...(curves.curve('loss')?.values ?? [])], [1, 2, 3, 4, 5, 6, 7.5, 8.5]);
  });
});

/** Time that passes when a test says so. */
class FakeTimer implements Timer {
  time = 0;
  #waiting: { readonly at: number; readonly callback: () => void }[] = [];

  readonly now = (): number => this.time;

  readonly after = (ms: number, callback: () => void): (() => void) => {
    const entry = { at: this.time + ms, callback };
    this.#waiting.push(entry);
    return () => {
      this.#waiting = this.#waiting.filter((each) => each !== entry);
    };
  };

  get waiting(): number {
    return this.#waiting.length;
  }

  async pass(ms: number): Promise<void> {
    const end = this.time + ms;
    for (;;) {
      const next = this.#waiting.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.#waiting = this.#waiting.filter((each) => each !== next);
      this.time = Math.max(this.time, next.at);
      next.callback();
      await turn();
    }
    this.time = end;
  }
}

async function turn(): Promise<void> {
  await new Promise((done) => setImmediate(done));
}

interface Asked {
  readonly afterStep: number | null;
  readonly at: number;
  readonly answer: (history: RunHistory) => Promise<void>;
  readonly refuse: (words: string) => Promise<void>;
}

function openReader({ maxPoints = 100 } = {}): {
  readonly reader: HistoryReader;
  readonly timer: FakeTimer;
  readonly asked: Asked[];
  readonly last: () => Asked;
} {
  const timer = new FakeTimer();
  const asked: Asked[] = [];
  const read = (afterStep: number | null): Promise<RunHistory> =>
    new Promise((resolve, reject) => {
      asked.push({
        afterStep,
        at: timer.time,
        answer: async (history) => {
          resolve(history);
          await turn();
        },
        refuse: async (words) => {
          reject(new Refused(words));
          await turn();
        },
      });
    });
  const last = (): Asked => {
    const found = asked.at(-1);
    assert(found, 'nothing was asked');
    return found;
  };
  return { reader: new HistoryReader({ read, maxPoints, timer }), timer, asked, last };
}

const at = (step: number, fields: Partial<RunRow> = {}): RunRow => runRow(0, { step, ...fields });
const length = (reader: HistoryReader): number => reader.state.value.curves?.length ?? 0;

describe('the reader of a history', () => {
  it('reads all first, then the tail with each newer step', async () => {
    const { reader, timer, asked, last } = openReader();
    reader.follow(at(10));
    assert.deepEqual(
      asked.map(({ afterStep }) => afterStep),
      [null],
    );
    await last().answer(historyOf(lossPoints(1, 10)));
    assert.equal(length(reader), 10);
    await timer.pass(5_000);
    reader.follow(at(12));
    assert.equal(asked.length, 2, 'at once, for the pause is over');
    assert.equal(last().afterStep, 6);
    await last().answer(historyOf(lossPoints(7, 12)));
    assert.equal(length(reader), 12);
  });

  it('asks at most once a second, one at a time, and for the newest', async () => {
    const { reader, timer, asked, last } = openReader();
    reader.follow(at(10));
    await last().answer(historyOf(lossPoints(1, 10)));
    for (let step = 11; step < 20; step++) reader.follow(at(step));
    assert.equal(asked.length, 1);
    await timer.pass(999);
    assert.equal(asked.length, 1);
    await timer.pass(1);
    assert.equal(asked.length, 2);
    reader.follow(at(20));
    await timer.pass(10_000);
    assert.equal(asked.length, 2, 'not before the answer to the last one');
    await last().answer(historyOf(lossPoints(7, 19)));
    assert.equal(asked.length, 3, 'the row that changed meanwhile is not forgotten');
  });

  it('reads all again when the row changed without a newer step, at most every 10 s', async () => {
    const { reader, timer, asked, last } = openReader();
    reader.follow(at(10));
    await last().answer(historyOf(lossPoints(5, 10)));
    reader.follow(at(10, { metrics: { loss: 1 } }));
    await timer.pass(9_999);
    assert.equal(asked.length, 1);
    await timer.pass(1);
    assert.deepEqual(
      asked.map(({ afterStep }) => afterStep),
      [null, null],
    );
    await last().answer(historyOf(lossPoints(1, 10)));
    assert.equal(length(reader), 10, 'points behind the last one fill in');
  });

  it('reads all once more, a minute after the last time, where points may have come behind a tail', async () => {
    const { reader, timer, asked, last } = openReader();
    reader.follow(at(20));
    await last().answer(historyOf(lossPoints(11, 20)));
    await timer.pass(5_000);
    reader.follow(at(21));
    await last().answer(historyOf(lossPoints(17, 21)));
    assert.equal(length(reader), 11);
    await timer.pass(54_999);
    assert.equal(asked.length, 2);
    await timer.pass(1);
    assert.equal(last().afterStep, null);
    await last().answer(historyOf(lossPoints(1, 21)));
    assert.equal(length(reader), 21);
    await timer.pass(600_000);
    assert.equal(asked.length, 3, 'and no more while the run says nothing new');
  });

  it('goes on with tails while reading all has to wait', async () => {
    const { reader, timer, asked, last } = openReader();
    reader.follow(at(10));
    await last().answer(historyOf(lossPoints(5, 10)));
    reader.follow(at(10, { metrics: { loss: 1 } }));
    reader.follow(at(11));
    await timer.pass(1_000);
    assert.equal(last().afterStep, 6);
    await last().answer(historyOf(lossPoints(7, 11)));
    await timer.pass(9_000);
    assert.equal(asked.length, 3);
    assert.equal(last().afterStep, null);
  });

  it('does not let the first points of a run wait for the pace of reading all', async () => {
    const { reader, timer, asked, last } = openReader();
    reader.follow(at(0, { step: null }));
    await last().answer(historyOf([]));
    reader.follow(at(1));
    await timer.pass(1_000);
    assert.equal(asked.length, 2);
  });

  it('reads all once more when the run ends', async () => {
    const { reader, timer, last } = openReader();
    reader.follow(at(10));
    await last().answer(historyOf(lossPoints(1, 10)));
    await timer.pass(20_000);
    reader.follow(at(11, { status: 'completed' }));
    assert.equal(last().afterStep, null);
  });

  it('reads all again, thinned, when tails have grown beyond twice the limit', async () => {
    const { reader, timer, asked, last } = openReader({ maxPoints: 10 });
    reader.follow(at(10));
    await last().answer(historyOf(lossPoints(1, 10)));
    await timer.pass(10_000);
    reader.follow(at(40));
    await last().answer(historyOf(lossPoints(7, 40)));
    await timer.pass(1_000);
    assert.equal(asked.length, 3);
    assert.equal(last().afterStep, null);
    await last().answer(historyOf(lossPoints(31, 40)));
    assert.equal(length(reader), 10);
    await timer.pass(60_000);
    assert.equal(asked.length, 3, 'and then has nothing to do');
  });

  it('tells why it was refused, keeps what it has, and tries again with the next change only', async () => {
    const { reader, timer, asked, last } = openReader();
    reader.follow(at(10));
    await last().answer(historyOf(lossPoints(1, 10)));
    await timer.pass(5_000);
    reader.follow(at(11));
    await last().refuse('The backend did not answer in time.');
    assert.equal(reader.state.value.problem, 'The backend did not answer in time.');
    assert.equal(length(reader), 10);
    await timer.pass(600_000);
    assert.equal(asked.length, 2, 'a refusal alone tries nothing');
    reader.follow(at(12));
    assert.equal(asked.length, 3);
    await last().answer(historyOf(lossPoints(7, 12)));
    assert.equal(reader.state.value.problem, null);
    assert.equal(length(reader), 12);
  });

  it('waits longer after each refusal, up to a minute', async () => {
    const { reader, timer, asked, last } = openReader();
    const pauses: number[] = [];
    reader.follow(at(1));
    for (let n = 0; n < 8; n++) {
      await last().refuse('No.');
      const refusedAt = timer.time;
      reader.follow(at(2 + n));
      const before = asked.length;
      for (let s = 0; s < 120 && asked.length === before; s++) await timer.pass(1_000);
      pauses.push(last().at - refusedAt);
    }
    // The first two are within the pace of reading all.
    assert.deepEqual(pauses.slice(3), [16_000, 32_000, 60_000, 60_000, 60_000]);
  });

  it('tries again at once when asked to, or when the backend can be reached again', async () => {
    const { reader, asked, last } = openReader();
    reader.follow(at(1));
    await last().refuse('No.');
    reader.retry();
    assert.equal(asked.length, 2);
    await last().refuse('No.');
    reader.reachable();
    assert.equal(asked.length, 3);
    await last().answer(historyOf(lossPoints(1, 3)));
    reader.reachable();
    assert.equal(asked.length, 3, 'nothing was refused since');
  });

  it('says that it could not read an answer, without losing what it has', async () => {
    const { reader, last } = openReader();
    reader.follow(at(3));
    await last().answer({ ...historyOf(lossPoints(1, 3)), at: new ArrayBuffer(8) });
    assert.match(reader.state.value.problem ?? '', /cannot read/);
    assert.equal(reader.state.value.curves, null);
  });

  it('holds nothing once it is let go of', async () => {
    const { reader, timer, asked, last } = openReader();
    reader.follow(at(1));
    await last().answer(historyOf(lossPoints(1, 1)));
    reader.follow(at(2));
    assert.equal(timer.waiting, 1);
    reader.dispose();
    assert.equal(timer.waiting, 0);
    reader.follow(at(3));
    await timer.pass(60_000);
    assert.equal(asked.length, 1);
  });
});

describe('the histories of a sheet', () => {
  const [first, second] = [runRow(1), runRow(2)];

  function openHistories(): {
    readonly histories: RunHistories;
    readonly rows: Signal<ReadonlyMap<string, RunRow>>;
    readonly online: Signal<boolean>;
    readonly asked: string[];
    readonly timer: FakeTimer;
  } {
    const rows = signal<ReadonlyMap<string, RunRow>>(new Map([[first.id, first]]));
    const online = signal<boolean>(true);
    const asked: string[] = [];
    const timer = new FakeTimer();
    const ask = async (_name: string, { run }: { run: string }): Promise<RunHistory> => {
      asked.push(run);
      if (!online.peek()) throw new Refused('Offline.');
      return historyOf(lossPoints(1, 3));
    };
    const requests = { ask } as unknown as ConstructorParameters<typeof RunHistories>[0]['requests'];
    return {
      histories: new RunHistories({ requests, rows, online, maxPoints: 100, timer }),
      rows,
      online,
      asked,
      timer,
    };
  }

  it('read a run as soon as it has a row, and another only when its own row changed', async () => {
    const { histories, rows, asked, timer } = openHistories();
    histories.of(first.id);
    const other = histories.of(second.id);
    assert.deepEqual(asked, [first.id]);
    rows.value = new Map([...rows.value, [second.id, second]]);
    assert.deepEqual(asked, [first.id, second.id]);
    await turn();
    assert.equal(other.value.curves?.length, 3);
    await timer.pass(30_000);
    rows.value = new Map([...rows.value, [second.id, { ...second, step: 999 }]]);
    assert.deepEqual(asked, [first.id, second.id, second.id]);
    histories.dispose();
  });

  it('keep the curves of a run that is deleted', async () => {
    const { histories, rows } = openHistories();
    const history = histories.of(first.id);
    await turn();
    rows.value = new Map();
    assert.equal(history.value.curves?.length, 3);
    histories.dispose();
  });

  it('try again what was refused when the backend can be reached again', async () => {
    const { histories, online, asked } = openHistories();
    online.value = false;
    const history = histories.of(first.id);
    await turn();
    assert.equal(history.value.problem, 'Offline.');
    online.value = true;
    await turn();
    assert.equal(history.value.problem, null);
    assert.deepEqual(asked, [first.id, first.id]);
    histories.dispose();
  });

  it('stop following a run that is not shown any more, and all of them in the end', async () => {
    const { histories, rows, asked, timer } = openHistories();
    rows.value = new Map([...rows.value, [second.id, second]]);
    histories.of(first.id);
    histories.of(second.id);
    await turn();
    histories.keep([second.id]);
    await timer.pass(30_000);
    const later = (run: RunRow): [string, RunRow] => [run.id, { ...run, step: (run.step ?? 0) + 1 }];
    rows.value = new Map([later(first), later(second)]);
    assert.deepEqual(asked.slice(2), [second.id]);
    histories.dispose();
    rows.value = new Map();
    rows.value = new Map([later(first), later(second)]);
    await timer.pass(30_000);
    assert.equal(asked.length, 3);
  });
});
