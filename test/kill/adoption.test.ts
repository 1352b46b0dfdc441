import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../integration/sync/harness.ts';
import { startBackend, type TestBackend } from '../support/backend.ts';
import { buildWindow } from './bundle.ts';
import { type Aim, orphanPhases, type Plan } from './plan.ts';
import { Stage } from './stage.ts';
import type { WindowProcess } from './windowProcess.ts';

const orphans = 12;
const eventsEach = 30;
/** Before the others begin to claim, ms: on a busy machine the first would otherwise find nothing left. */
const headStart = 4_000;
/** A window looks for orphans at once, and again after 5 s. */
const twoSweeps = 10_000;
/** A death on a busy machine may come after the second look; the third is a minute later. */
const latestSweep = 120_000;

describe('windows that find the same orphans', function () {
  this.timeout(360_000);
  let backend: TestBackend;
  let script: string;

  before(async () => {
    script = await buildWindow();
    backend = await startBackend();
  });
  after(() => backend?.stop());

  /** A stage where each window's first answer is lost on the way. */
  const open = () => {
    const seen = new Set<string>();
    return Stage.open({
      ...{ backend, script },
      treat: (window) => {
        if (seen.has(window)) return { kind: 'pass', after: 0 };
        seen.add(window);
        return { kind: 'lose answer' };
      },
    });
  };

  /** Leaves journals of dead windows behind. */
  const leaveOrphans = async (stage: Stage) => {
    const dead = Array.from({ length: orphans }, (_, i) =>
      stage.openWindow({ plan: plan(null), name: `dead window ${i}`, logs: eventsEach, offline: true }),
    );
    await Promise.all(dead.map(isSaved));
    // All at the same moment: whoever lives longer would take over what the others leave.
    for (const window of dead) window.signal('SIGSTOP');
    await Promise.all(dead.map((window) => window.kill()));
    assert.equal(stage.journals().length, orphans);
  };

  /** Windows that begin at the same moment; something happens to the first, which is quicker then. */
  const openTogether = async (stage: Stage, count: number, aim: Aim | null) => {
    const windows = Array.from({ length: count }, (_, i) =>
      stage.openWindow({
        ...{ plan: plan(i === 0 ? aim : null, aim && i > 0 ? headStart : 0), name: `heir ${i}` },
        ...{ logs: 0, waits: true },
      }),
    );
    await Promise.all(windows.map((window) => window.says('ready', (said) => 'ready' in said)));
    for (const window of windows) window.release();
    return windows;
  };

  /** How often orphans were claimed. */
  const claims = (windows: readonly WindowProcess[]) =>
    windows
      .flatMap(({ said }) => said)
      .filter((said) => 'reached' in said && said.reached === 'an orphan claimed').length;

  const allInTable = async (stage: Stage) => {
    const count = orphans * eventsEach;
    const end = Date.now() + latestSweep;
    while ((await stage.rows()).length < count && Date.now() < end) await sleep(200);
    assert.equal((await stage.rows()).length, count);
  };

  /** Ends the stage; nothing may be lost, doubled or left behind. */
  const judge = async (stage: Stage, windows: readonly WindowProcess[]) => {
    await Promise.all(windows.map((window) => window.kill()));
    const findings = await stage.settle();
    assert.equal(findings.length, 0, JSON.stringify(findings, null, 2));
  };

  /** Two windows and three, for each of `cases`, side by side, because they mostly wait; what is busy comes before. */
  const withEach = async <T>(
    cases: readonly T[],
    act: (stage: Stage, count: number, one: T) => Promise<void>,
  ): Promise<void> => {
    const stages: Stage[] = [];
    const acts: (() => Promise<void>)[] = [];
    try {
      for (const count of [2, 3])
        for (const one of cases) {
          const stage = await open();
          stages.push(stage);
          await leaveOrphans(stage);
          acts.push(() => act(stage, count, one));
        }
      const results = await Promise.allSettled(acts.map((begin) => begin()));
      for (const result of results) if (result.status === 'rejected') throw result.reason;
    } finally {
      await Promise.all(stages.map((stage) => stage.close()));
    }
  };

  it('take each once', () =>
    withEach([null], async (stage, count) => {
      const windows = await openTogether(stage, count, null);
      await allInTable(stage);
      assert.equal(claims(windows), orphans);
      await until('the claimed files are gone', () => stage.journals().length <= count || null, 90_000);
      await judge(stage, windows);
    }));

  it('finish what one began that is killed in the midst', () =>
    withEach(orphanPhases, async (stage, count, phase) => {
      const windows = await openTogether(stage, count, { phase, nth: count - 1, act: 'kill', keep: 0 });
      await windows[0]?.says(`killed: ${phase}`, (said) => 'struck' in said);
      await allInTable(stage);
      await judge(stage, windows);
    }));

  it('leave to one that is stopped in the midst what it has claimed', () =>
    withEach(orphanPhases, async (stage, count, phase) => {
      const windows = await openTogether(stage, count, { phase, nth: count - 1, act: 'stop', keep: 0 });
      const [first] = windows;
      assert.ok(first);
      await first.says(`stopped: ${phase}`, (said) => 'struck' in said);
      const claimed = stage.journals().filter((name) => name.startsWith(first.id));
      assert.ok(claimed.length > 0);
      await sleep(twoSweeps);
      const left = stage.journals();
      for (const name of claimed) assert.ok(left.includes(name), `${name} was taken from a living window`);
      first.signal('SIGCONT');
      await allInTable(stage);
      await judge(stage, windows);
    }));

  it('leave the journal of a window alone that is stopped, until it is dead', async () => {
    const stage = await open();
    try {
      const options = { logs: eventsEach, offline: true };
      const stopped = stage.openWindow({ plan: plan(null), name: 'stopped window', ...options });
      await isSaved(stopped);
      const [journal = ''] = stage.journals();
      stopped.signal('SIGSTOP');
      const other = stage.openWindow({ plan: plan(null), name: 'another window', logs: 0 });
      await sleep(twoSweeps);
      assert.deepEqual(stage.journals(), [journal]);
      assert.deepEqual(await stage.rows(), []);
      await judge(stage, [stopped, other]);
      assert.equal((await stage.rows()).length, eventsEach);
    } finally {
      await stage.close();
    }
  });
});

function plan(aim: Aim | null, hesitation = 0): Plan {
  const idle = { round: 0, seed: 'adoption', lifetime: 0, burst: eventsEach, trouble: 0, orphan: false };
  return { ...idle, aim, hesitation };
}

async function isSaved(window: WindowProcess): Promise<void> {
  await window.says('all on disk', (said) => 'durable' in said && said.durable === eventsEach - 1);
}
