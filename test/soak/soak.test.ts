import assert from 'node:assert/strict';
import path from 'node:path';
import { poll } from '../e2e/poll.ts';
import { tooMany } from './judge.ts';
import { takePageCensus } from './page.ts';
import { fewestRounds, planRounds, type RoundPlan } from './plan.ts';
import type { Census } from './probe/census.ts';
import type { Probe } from './probes.ts';
import { type Sample, SoakRecord, soakFolder } from './record.ts';
import { playRound } from './round.ts';
import { Stage } from './stage.ts';

const minutes = Number(process.env.RUNGLASS_SOAK_MINUTES ?? 1);
const seed = Number(process.env.RUNGLASS_SOAK_SEED ?? 1);

/** What ends by itself has ended by then, such as a timer of supabase-js for an answer that does not come, ms. */
const quietMs = 90_000;

describe(`a window in use for ${minutes} min (seed ${seed})`, function () {
  // Starting, and the last round, may take long on a busy machine; the suite's own limit comes later.
  this.timeout((minutes + 8) * 60_000);

  let stage: Stage;
  const endings: (() => unknown)[] = [];
  const record = new SoakRecord(seed);
  /** The first census of each process. */
  const firsts = new WeakMap<Probe, Census>();

  before(async () => {
    stage = await Stage.open(endings);
  });

  afterEach(function () {
    if (this.currentTest?.state === 'failed') stage.keepLogs(path.join(soakFolder, `seed-${seed}-logs`));
  });

  after(async () => {
    const errors: unknown[] = [];
    for (const end of endings.toReversed()) {
      try {
        await end();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw errors[0];
  });

  /** Asks a process until it holds no more than at its first quiet point. */
  async function quiet(probe: Probe): Promise<Census> {
    let census = await probe.census();
    const first = firsts.get(probe) ?? census;
    firsts.set(probe, first);
    let more = tooMany(first, census);
    const isQuiet = async () => {
      if (more.length === 0) return true;
      census = await probe.census();
      more = tooMany(first, census);
      return more.length === 0;
    };
    await poll('as quiet as before', isQuiet, quietMs).catch((error: Error) => {
      throw new Error(`${error.message}; process ${probe.pid} holds ${more.join('; ')}`);
    });
    return census;
  }

  async function play(plan: RoundPlan): Promise<Sample> {
    const began = Date.now();
    await playRound(stage, plan);
    await stage.settle();
    await stage.backend.clear();
    await stage.run('notifications.clearAll');
    await stage.settle();
    const { host, backend } = stage;
    return {
      plan,
      host: await quiet(host),
      page: await takePageCensus(stage.window.workbench.page),
      backend: await backend.probe.census(),
      pids: { host: host.pid, backend: backend.probe.pid },
      seconds: (Date.now() - began) / 1_000,
    };
  }

  it('is right after each round, and holds no more than before', async () => {
    const end = Date.now() + minutes * 60_000;
    const { emitters, listeners, stores, editorListeners } = await stage.host.census();
    assert.ok(emitters > 0 && listeners > 0 && stores > 0, 'our classes are known by their members');
    assert.ok(editorListeners > 0, "VS Code's emitters are known by theirs");
    for (const plan of planRounds(seed)) {
      if (plan.round > fewestRounds && Date.now() > end) break;
      const sample = await play(plan).catch((error: Error) => {
        throw new Error(`round ${plan.round} of seed ${seed}: ${error.message}\n${JSON.stringify(plan)}`);
      });
      record.add(sample);
    }
    assert.deepEqual(record.growing(), []);
  });

  it('leaves no connection when it is signed out', async () => {
    await stage.run('runglass.signOut');
    const noSocket = async () => stage.proxy.webSockets.open === 0;
    await poll('no WebSocket', noSocket, quietMs);
    // Nothing more is told of runs that have ended.
    await stage.run('notifications.clearAll');
  });
});
