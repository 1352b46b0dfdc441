import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ModelRow, ProjectRow, RunRow } from '../../src/shared/model.ts';
import { startBackend, type TestBackend } from '../support/backend.ts';
import {
  type Account,
  createAccount,
  historyOf,
  onlyRowOf,
  type Point,
  projectsOfUsage,
  rowsOf,
  usageOf,
} from './account.ts';
import { startFaultyProxy } from './faultyProxy.ts';
import { type Ended, type RunningScript, type Script, scripts, startScript } from './script.ts';

interface Config {
  readonly run_id: string;
  readonly config: Readonly<Record<string, unknown>>;
}

const day = 86_400_000;

describe('examples', () => {
  let backend: TestBackend;
  let account: Account;
  const started: RunningScript[] = [];

  before(async () => {
    backend = await startBackend();
  });
  after(() => backend?.stop());
  beforeEach(async () => {
    account = await createAccount(backend);
  });
  afterEach(() => {
    for (const { process } of started.splice(0)) process.kill('SIGKILL');
  });

  const start = (script: Script, args: readonly string[], env: NodeJS.ProcessEnv = {}): RunningScript => {
    const running = startScript(script, args, { ...account.env, ...env });
    started.push(running);
    return running;
  };
  const run = (script: Script, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> =>
    start(script, args, env).ended;

  /** Waits until the account's only run has logged its first steps. */
  const untilRunning = async (): Promise<RunRow> => {
    for (const deadline = Date.now() + 60_000; Date.now() < deadline; await sleep(100)) {
      const [row] = await rowsOf<RunRow>(account, 'training_runs');
      if (row?.step) return row;
    }
    throw new Error('The run logged no step within 60 s.');
  };

  /** What must hold of a run that was ended early: what was trained is recorded, and no model came of it. */
  const assertCancelled = async (script: Script): Promise<void> => {
    const row = await onlyRowOf<RunRow>(account, 'training_runs');
    assert.equal(row.status, 'cancelled');
    assert.ok(row.finished_at);
    assert.ok(row.progress !== null && row.progress < 0.5, `progress is ${row.progress}`);
    assert.equal(row.stopped_by, null);
    const { tokens = 0 } = await usageOf(account);
    assert.equal(row.usage.tokens, tokens);
    assert.equal(tokens % script.batch, 0);
    const steps = tokens / script.batch;
    assert.ok(
      row.step !== null && row.step <= steps && steps < row.step + 10,
      `${steps} steps, ${row.step} logged`,
    );
    assert.deepEqual(await rowsOf(account, 'models'), []);
  };

  for (const script of scripts) {
    describe(script.file, () => {
      it('trains, and logs what it did', async () => {
        const args = `--steps ${script.steps} --seed 7 --project Teatime --name hatter`.split(' ');
        // The pauses alone make it last longer than the second between two reports: there is a pace to tell.
        const { code, stdout, stderr } = await run(script, [...args, '--pause-ms', '5']);
        assert.equal(stderr, '');
        assert.equal(code, 0);
        assert.match(stdout, /Held-out loss 3\.\d+ -> 2\.\d+ nats per character/);

        const row = await onlyRowOf<RunRow>(account, 'training_runs');
        const project = await onlyRowOf<ProjectRow>(account, 'projects');
        assert.equal(project.name, 'Teatime');
        assertCompleted(row, script);
        assert.equal(row.name, 'hatter');
        assert.equal(row.project_id, project.id);

        const { run_id, config } = await onlyRowOf<Config>(account, 'training_run_configs');
        assert.equal(run_id, row.id);
        assert.equal(config.seed, 7);
        assert.equal(config.steps, script.steps);

        const heldOut = assertLearned(await historyOf(account, row.id), script);
        assert.equal(row.metrics.val_loss, heldOut);
        const model = await onlyRowOf<ModelRow>(account, 'models');
        assert.equal(model.name, script.modelName);
        assert.equal(model.status, 'ready');
        assert.equal(model.run_id, row.id);
        assert.equal(model.metrics.val_loss, heldOut);
        assert.ok(model.size_bytes !== null && model.size_bytes > 10_000);

        const told = /"requests": ?(\d+)/.exec(stdout)?.[1];
        const used = { training_runs: 1, tokens: script.steps * script.batch, requests: Number(told) };
        assert.deepEqual(await usageOf(account), used);
        assert.deepEqual(row.usage, used);
        assert.deepEqual(await projectsOfUsage(account), [project.id]);
        assert.ok(row.step_rate !== null && row.step_rate > 0);
      });

      it('repeats itself with the same seed only, in the same project', async () => {
        for (const seed of ['1', '1', '2']) {
          const { code, stderr } = await run(script, ['--steps', '30', '--seed', seed, '--name', seed]);
          assert.equal(code, 0, stderr);
        }
        const runs = await rowsOf<RunRow>(account, 'training_runs');
        const [one, another, different] = runs
          .sort((a, b) => a.created_at.localeCompare(b.created_at))
          .map((row) => JSON.stringify(row.metrics));
        assert.ok(one?.includes('val_loss'));
        assert.equal(another, one);
        assert.notEqual(different, one);
        await onlyRowOf(account, 'projects');
      });

      it("obeys a request to cancel that the user's client makes", async () => {
        const { ended } = start(script, ['--pause-ms', '30']);
        const { id } = await untilRunning();
        const patch = { cancel_requested_at: new Date().toISOString() };
        const { error } = await account.client.from('training_runs').update(patch).eq('id', id);
        assert.equal(error, null);
        const { code, stderr } = await ended;
        assert.equal(stderr, '');
        assert.equal(code, 130);
        await assertCancelled(script);
      });

      it('cancels its run on Ctrl-C', async () => {
        const { process, ended } = start(script, ['--pause-ms', '30']);
        await untilRunning();
        process.kill('SIGINT');
        const { code, stderr } = await ended;
        assert.equal(stderr, '');
        assert.equal(code, 130);
        await assertCancelled(script);
      });

      it('stops when a hard limit of the plan refuses', async () => {
        const limit = 40 * script.batch;
        const limits = { tokens: { limit, hard: true } };
        const [from, to] = [new Date(Date.now() - 5 * day), new Date(Date.now() + 5 * day)];
        const period = { current_period_start: from.toISOString(), current_period_end: to.toISOString() };
        const plan = { user_id: account.userId, plan: 'Free', status: 'active', limits, ...period };
        const { error } = await backend.admin.from('subscriptions').insert(plan);
        assert.equal(error, null);

        const { code, stderr } = await run(script, ['--steps', '500', '--pause-ms', '20']);
        assert.equal(code, 1);
        assert.match(
          stderr,
          /^The plan's limit is reached, so training stopped: The limit of \d+ tokens .*\n$/,
        );
        const row = await onlyRowOf<RunRow>(account, 'training_runs');
        assert.equal(row.status, 'stopped');
        const until = `${to.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
        const named = `${limit.toLocaleString('en')} tokens`;
        assert.equal(row.error, `Stopped by the limit of ${named}, which resets on ${until}.`);
        const { tokens = 0 } = await usageOf(account);
        assert.ok(tokens > 0 && tokens <= limit, `${tokens} of ${limit}`);
        const { at = '', resets_at = '', ...stop } = row.stopped_by ?? {};
        assert.deepEqual(stop, { metric: 'tokens', limit, used: tokens });
        assert.equal(Date.parse(resets_at), to.getTime());
        assert.ok(
          Date.parse(at) >= Date.parse(row.started_at ?? '') && Date.parse(at) <= Date.now() + 60_000,
        );
        assert.equal(row.usage.tokens, tokens);
        assert.ok((await historyOf(account, row.id)).length > 0);
        assert.deepEqual(await rowsOf(account, 'models'), []);
      });

      it('gets through deadlocks, timeouts, rate limits and lost answers without a double', async () => {
        const proxy = await startFaultyProxy(backend.url);
        const args = ['--steps', '120', '--pause-ms', '30'];
        const ended = run(script, args, { SUPABASE_URL: proxy.url }).finally(() => proxy.dispose());
        const { code, stderr } = await ended;
        // An answer that was lost leaves one thing open, which is told.
        assert.match(stderr, /^Perhaps not recorded: 1 training_runs\. No answer from .+\n$/);
        assert.equal(code, 0);
        const faults = [...proxy.faults.keys()];
        assert.ok(faults.includes('answer lost') && faults.includes('usage answer lost'), faults.join());
        assert.ok(faults.length >= 4, faults.join());
        const row = await onlyRowOf<RunRow>(account, 'training_runs');
        assert.equal(row.status, 'completed');
        assert.equal((await historyOf(account, row.id)).length, 13);
        await onlyRowOf(account, 'training_run_configs');
        await onlyRowOf(account, 'models');
        const { tokens, training_runs } = await usageOf(account);
        assert.deepEqual({ tokens, training_runs }, { tokens: 120 * script.batch, training_runs: 1 });
      });

      it('says in one sentence that the password is wrong', async () => {
        const { code, stderr } = await run(script, [], { RUNGLASS_PASSWORD: 'not this one' });
        assert.equal(code, 1);
        assert.match(stderr, /^Sign-in refused; check RUNGLASS_EMAIL and RUNGLASS_PASSWORD: .+\n$/);
        assert.deepEqual(await rowsOf(account, 'training_runs'), []);
      });

      it('says in one sentence that nothing answers', async () => {
        const url = `http://127.0.0.1:${await closedPort()}`;
        const { code, stderr } = await run(script, [], { SUPABASE_URL: url });
        assert.equal(code, 1);
        assert.match(stderr, new RegExp(`^No answer from ${url} \\(.*\\)\\. Check SUPABASE_URL; .+\\n$`));
      });

      it('says in one sentence what is not set', async () => {
        const { code, stderr } = await run(script, [], { RUNGLASS_EMAIL: '' });
        assert.equal(code, 1);
        assert.match(stderr, /^Set RUNGLASS_EMAIL; .+\n$/);
      });
    });
  }
});

function assertCompleted(row: RunRow, script: Script): void {
  assert.equal(row.status, 'completed');
  assert.equal(row.progress, 1);
  assert.equal(row.step, script.steps);
  assert.equal(row.total_steps, script.steps);
  assert.ok(row.started_at && row.finished_at && row.heartbeat_at);
  assert.equal(row.error, null);
}

/** Every tenth step was logged and both losses fell, in nats per character; answers the last held-out loss. */
function assertLearned(history: readonly Point[], script: Script): number {
  assert.deepEqual(
    history.map((point) => point.step),
    Array.from({ length: script.steps / 10 + 1 }, (_, i) => i * 10),
  );
  const losses = history.flatMap(({ metrics }) => metrics.loss ?? []);
  const recent = losses.slice(-5).reduce((sum, loss) => sum + loss / 5, 0);
  assert.ok(recent < 2.7 && recent < (losses[0] ?? 0) - 0.5, `training loss ${losses[0]} -> ${recent}`);
  const heldOut = history.flatMap(({ metrics }) => metrics.val_loss ?? []);
  const [first = 0, last = 9] = [heldOut[0], heldOut.at(-1)];
  assert.ok(heldOut.length > 5);
  assert.ok(first > 3.5 && last < 2.5, `held-out loss ${first} -> ${last}`);
  return last;
}

/** A port on which nobody listens. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('No port was given.');
  return address.port;
}
