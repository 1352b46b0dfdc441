import assert from 'node:assert/strict';
import { NotebookRun } from '../../../../../src/extension/activity/collectors/notebookRun.ts';

const empty = {};
const ended = (success: boolean | undefined, startTime: number, endTime: number) => ({
  ...(success === undefined ? {} : { success }),
  timing: { startTime, endTime },
});

describe('a run of notebook cells', () => {
  const cell = () => ({});

  function execute(run: NotebookRun<object>, language: string, summary: object, one = cell()): void {
    run.note(one, language, empty);
    run.note(one, language, empty);
    assert.equal(run.isRunning, true);
    run.note(one, language, summary);
  }

  it('counts what ended and what failed, from the first start to the last end', () => {
    const run = new NotebookRun();
    assert.equal(run.take(), null);
    execute(run, 'python', ended(true, 1_000, 1_500));
    execute(run, 'python', ended(false, 1_500, 1_600));
    execute(run, 'python', ended(undefined, 1_600, 2_000));
    assert.equal(run.isRunning, false);
    assert.deepEqual(run.take(), { cells: 3, language: 'python', failed: 1, duration_ms: 1_000 });
    assert.equal(run.take(), null);
  });

  it('tells no language of several, and no duration that the kernel does not tell', () => {
    const run = new NotebookRun();
    execute(run, 'python', { success: true });
    execute(run, 'r', { success: true });
    assert.deepEqual(run.take(), { cells: 2, language: null, failed: 0, duration_ms: null });
    execute(run, 'r', ended(true, 500, 100));
    assert.deepEqual(run.take(), { cells: 1, language: 'r', failed: 0, duration_ms: 0 });
  });

  it('is not: clearing outputs, undoing that, and a cell that is gone', () => {
    const run = new NotebookRun();
    const one = cell();
    run.note(one, 'python', empty);
    run.note(one, 'python', ended(true, 1, 2));
    assert.equal(run.take(), null);
    run.note(one, 'python', empty);
    run.note(one, 'python', empty);
    run.forget(one);
    assert.deepEqual([run.isRunning, run.take()], [false, null]);
  });

  it('waits for a cell whose kernel takes long to start', () => {
    const run = new NotebookRun();
    const one = cell();
    run.note(one, 'python', empty);
    assert.equal(run.take(), null);
    run.note(one, 'python', empty);
    run.note(one, 'python', ended(true, 1, 2));
    assert.equal(run.take()?.cells, 1);
  });
});
