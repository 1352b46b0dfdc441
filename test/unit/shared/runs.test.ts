import assert from 'node:assert/strict';
import {
  headlineMetric,
  lastHeartbeat,
  numericMetrics,
  runDuration,
  runEta,
  runFinish,
  runPace,
  runProgress,
  runState,
  stalledAfter,
} from '../../../src/shared/runs.ts';
import { ago, minutes, fixtureNow as now, runRow } from '../../fixtures/rows.ts';

describe('runs', () => {
  describe('state', () => {
    it('is stalled only after five minutes of silence', () => {
      const silent = (ms: number) => runRow(0, { heartbeat_at: ago(ms) });
      assert.equal(runState(silent(stalledAfter), now), 'running');
      assert.equal(runState(silent(stalledAfter + 1), now), 'stalled');
    });

    it('takes the last change of a row that never sent a heartbeat', () => {
      const run = runRow(0, { heartbeat_at: null, updated_at: ago(10 * minutes) });
      assert.equal(lastHeartbeat(run), now - 10 * minutes);
      assert.equal(runState(run, now), 'stalled');
    });

    it('is never stalled unless running', () => {
      for (const status of ['queued', 'completed', 'failed', 'cancelled', 'stopped']) {
        assert.equal(runState(runRow(0, { status, heartbeat_at: ago(60 * minutes) }), now), status);
      }
      assert.equal(runState(runRow(0, { status: 'melting' }), now), 'unknown');
    });
  });

  describe('progress', () => {
    it('comes from steps, else from the script, else is unknown', () => {
      assert.equal(runProgress(runRow(0, { step: 250, total_steps: 1000, progress: 0.9 })), 0.25);
      assert.equal(runProgress(runRow(0, { step: 250, total_steps: null, progress: 0.9 })), 0.9);
      assert.equal(runProgress(runRow(0, { step: 5, total_steps: 0, progress: null })), null);
      assert.equal(runProgress(runRow(0, { step: null, total_steps: null })), null);
    });

    it('stays between 0 and 1, and a completed run is whole', () => {
      assert.equal(runProgress(runRow(0, { step: 12, total_steps: 10 })), 1);
      assert.equal(runProgress(runRow(0, { step: -1, total_steps: 10 })), 0);
      assert.equal(runProgress(runRow(0, { status: 'completed', step: 3, total_steps: 10 })), 1);
      assert.equal(runProgress(runRow(0, { step: null, progress: Number.NaN })), null);
    });
  });

  describe('time left', () => {
    /** Tells no rate of its last steps: the mean pace from the start counts. */
    const quarter = { step: 250, total_steps: 1000, step_rate: null, started_at: ago(10 * minutes) };

    it('goes by the pace so far', () => {
      assert.equal(runEta(runRow(0, { ...quarter, heartbeat_at: ago(0) }), now), 30 * minutes);
    });

    it('counts down from the last heartbeat instead of stretching in silence', () => {
      const run = runRow(0, { ...quarter, heartbeat_at: ago(0) });
      assert.equal(runEta(run, now + minutes), 29 * minutes);
    });

    it('goes by the rate of the last steps, which a pause leaves as it was', () => {
      const resumed = { ...quarter, step_rate: 2.5, started_at: ago(600 * minutes) };
      const run = runRow(0, { ...resumed, stepped_at: ago(0), heartbeat_at: ago(0) });
      assert.equal(runEta(run, now), 5 * minutes);
      assert.equal(runFinish(run), now + 5 * minutes);
    });

    it('counts from the last step, not from heartbeats without steps', () => {
      const run = runRow(0, { ...quarter, step_rate: 2.5, stepped_at: ago(minutes), heartbeat_at: ago(0) });
      assert.equal(runEta(run, now), 4 * minutes);
      assert.equal(runFinish(run), now + 4 * minutes);
    });

    it('takes no rate that is none', () => {
      for (const step_rate of [0, -3, Number.NaN, Number.POSITIVE_INFINITY]) {
        assert.equal(runEta(runRow(0, { ...quarter, step_rate, heartbeat_at: ago(0) }), now), 30 * minutes);
      }
    });

    it('ends at a moment that stays as it is while time passes', () => {
      const run = runRow(0, { ...quarter, heartbeat_at: ago(0) });
      assert.equal(runFinish(run), now + 30 * minutes);
      assert.equal(runFinish(runRow(0, { ...quarter, status: 'completed' })), null);
      assert.equal(runFinish(runRow(0, { ...quarter, step: 0 })), null);
    });

    it('goes on until a silence of the length that the user set', () => {
      const run = runRow(0, { ...quarter, heartbeat_at: ago(minutes) });
      assert.equal(runEta(run, now, 2 * minutes), 26 * minutes);
      assert.equal(runEta(run, now, minutes / 2), null);
    });

    it('never goes below zero', () => {
      const run = runRow(0, { step: 999, total_steps: 1000, started_at: ago(minutes), heartbeat_at: ago(0) });
      assert.equal(runEta(run, now + 2 * minutes), 0);
    });

    it('is unknown while a run has only begun: its first row would be done at once', () => {
      const begun = { ...quarter, started_at: ago(100), heartbeat_at: ago(0) };
      assert.equal(runEta(runRow(0, begun), now), null);
      assert.equal(runEta(runRow(0, { ...begun, step_rate: 2.5, stepped_at: ago(0) }), now), 5 * minutes);
    });

    it('is unknown before the first step, when stalled, queued or ended', () => {
      assert.equal(runEta(runRow(0, { ...quarter, step: 0 }), now), null);
      assert.equal(runEta(runRow(0, { ...quarter, started_at: null }), now), null);
      assert.equal(runEta(runRow(0, { ...quarter, heartbeat_at: ago(6 * minutes) }), now), null);
      assert.equal(runEta(runRow(0, { ...quarter, status: 'completed' }), now), null);
      assert.equal(runEta(runRow(0, { ...quarter, started_at: 'soon' }), now), null);
    });
  });

  describe('pace', () => {
    it('is that of the last steps while it runs, else the mean', () => {
      const steps = { step: 300, started_at: ago(10 * minutes), heartbeat_at: ago(5 * minutes) };
      assert.equal(runPace(runRow(0, { ...steps, step_rate: 7 })), 7);
      assert.equal(runPace(runRow(0, { ...steps, step_rate: null })), 1);
      const ended = { ...steps, step_rate: 7, status: 'completed', finished_at: ago(0) };
      assert.equal(runPace(runRow(0, ended)), 0.5);
    });

    it('is unknown without steps or a start', () => {
      assert.equal(runPace(runRow(0, { step: null, step_rate: null })), null);
      assert.equal(runPace(runRow(0, { step: 0, step_rate: null })), null);
      assert.equal(runPace(runRow(0, { step: 9, step_rate: null, started_at: null })), null);
    });
  });

  it('last from their start to their end, or to now', () => {
    const started_at = ago(10 * minutes);
    assert.equal(runDuration(runRow(0, { started_at }), now), 10 * minutes);
    assert.equal(
      runDuration(runRow(0, { started_at, finished_at: ago(4 * minutes), status: 'failed' }), now),
      6 * minutes,
    );
    const died = runRow(0, { started_at, status: 'failed', heartbeat_at: ago(3 * minutes) });
    assert.equal(runDuration(died, now), 7 * minutes);
    assert.equal(runDuration(runRow(0, { started_at: null }), now), null);
  });

  it('put a held-out loss before a training loss before the rest, and leave out what is no number', () => {
    const metrics = {
      accuracy: 0.5,
      zeta: 1,
      loss: 2,
      val_loss: 3,
      lr: '0.1',
      nan: Number.NaN,
      deep: { a: 1 },
    };
    assert.deepEqual(
      numericMetrics(metrics).map(({ name }) => name),
      ['val_loss', 'loss', 'accuracy', 'zeta'],
    );
    assert.deepEqual(headlineMetric({ reward: 1, lr: 2 }), { name: 'reward', value: 1 });
    assert.equal(headlineMetric({ note: 'x' }), null);
  });
});
