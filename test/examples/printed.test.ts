import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { ModelRow, RunRow } from '../../src/shared/model.ts';
import { backendMain, startBackend, type TestBackend } from '../support/backend.ts';
import { type Account, createAccount, historyOf, onlyRowOf, rowsOf, usageOf } from './account.ts';

/** The blocks of code in `language` of a page, below a heading. */
function blocksOf(page: string, heading: string, language: string): readonly string[] {
  const text = readFileSync(page, 'utf8');
  const from = text.indexOf(`${heading}\n`);
  assert.ok(from >= 0, `${page} has a heading “${heading}”`);
  const level = /^#+/.exec(heading)?.[0] ?? '#';
  const rest = text.slice(from + heading.length);
  const end = rest.search(new RegExp(`^#{1,${level.length}} `, 'm'));
  const section = end < 0 ? rest : rest.slice(0, end);
  const blocks = [...section.matchAll(new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\``, 'gm'))];
  return blocks.map(([, code = '']) => code);
}

/** What the pages print for the reader to replace; each has to be there. */
function fillIn(code: string, { env }: Account): string {
  const values: Readonly<Record<string, string | undefined>> = {
    'http://127.0.0.1:54399': env.SUPABASE_URL,
    'sb_publishable_…': env.SUPABASE_PUBLISHABLE_KEY,
    'you@example.com': env.RUNGLASS_EMAIL,
    'RUNGLASS_PASSWORD=…': `RUNGLASS_PASSWORD=${env.RUNGLASS_PASSWORD}`,
  };
  let filled = code;
  for (const [placeholder, value = ''] of Object.entries(values)) {
    assert.ok(filled.includes(placeholder), placeholder);
    filled = filled.replaceAll(placeholder, value);
  }
  assert.doesNotMatch(filled, /…/);
  return filled;
}

/** Runs lines as a shell that stops at the first one that fails; without the variables that they are to set. */
function bash(code: string): Promise<string> {
  const { SUPABASE_URL: _url, SUPABASE_PUBLISHABLE_KEY: _key, ...env } = process.env;
  return run('bash', ['-euo', 'pipefail', '-c', code], env);
}

/** Resolves with what a program prints; rejects with it when the program fails. */
function run(program: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<string> {
  const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
    });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => (code === 0 ? resolve(output) : reject(new Error(`${code}: ${output}`))));
  });
}

describe('what the pages print', () => {
  let backend: TestBackend;
  let account: Account;

  before(async () => {
    backend = await startBackend();
  });
  after(() => backend?.stop());
  beforeEach(async () => {
    account = await createAccount(backend);
  });

  it('about curl in README.md and docs/DATABASE.md logs a run', async () => {
    const [first = '', ...others] = blocksOf('README.md', '## Log a run from your own script', 'sh');
    const [patch = '', ...more] = blocksOf('docs/DATABASE.md', '### Log a run', 'sh');
    assert.deepEqual([others, more], [[], []]);
    await bash(fillIn(first, account) + patch.replace('curl ', 'curl -sS --fail-with-body '));
    const logged = await onlyRowOf<RunRow>(account, 'training_runs');
    const { name, status, step, progress, metrics } = logged;
    assert.deepEqual(
      { name, status, step, progress, metrics },
      { name: 'by hand', status: 'running', step: 10, progress: 0.4, metrics: { loss: 1.2 } },
    );
    assert.equal((await historyOf(account, logged.id)).length, 1);
  });

  it('about supabase-js in docs/DATABASE.md logs a run and records usage', async () => {
    const [log = '', ...others] = blocksOf('docs/DATABASE.md', '### Log a run', 'js');
    const [record = ''] = blocksOf('docs/DATABASE.md', '### Record usage', 'js');
    assert.deepEqual(others, []);
    const id = crypto.randomUUID();
    await account.client.from('training_runs').insert({ id, name: 'printed' }).throwOnError();
    for (const code of [log, record])
      await new Function('supabase', 'run', `return (async () => {${code}})()`)(account.client, { id });
    const { status, step, total_steps: total, usage } = await onlyRowOf<RunRow>(account, 'training_runs');
    assert.deepEqual(
      { status, step, total, usage },
      { status: 'running', step: 2, total: 1000, usage: { tokens: 1200 } },
    );
  });

  it('about Python in docs/LOGGING_RUNS.md logs a run in batches, with its configuration', async () => {
    const [code = '', ...others] = blocksOf('docs/LOGGING_RUNS.md', '## The life of a run', 'python');
    assert.deepEqual(others, []);
    await run('python3', ['-c', code], { ...process.env, ...account.env, no_proxy: '127.0.0.1' });
    const logged = await onlyRowOf<RunRow>(account, 'training_runs');
    assert.deepEqual([logged.status, logged.step, logged.progress], ['completed', 300, 1]);
    assert.equal((await historyOf(account, logged.id)).length, 300);
    const { config } = await onlyRowOf<{ config: object }>(account, 'training_run_configs');
    assert.deepEqual(config, { lr: 0.01, seed: 7 });
  });

  it('about supabase-js in docs/LOGGING_RUNS.md logs a run from its begin to its model', async () => {
    const [code = '', ...others] = blocksOf('docs/LOGGING_RUNS.md', '## The life of a run', 'js');
    assert.deepEqual(others, []);
    await new Function('supabase', `return (async () => {${code}})()`)(account.client);
    const logged = await onlyRowOf<RunRow>(account, 'training_runs');
    assert.deepEqual([logged.status, logged.step, logged.usage], ['completed', 2, { tokens: 1024 }]);
    const model = await onlyRowOf<ModelRow>(account, 'models');
    assert.deepEqual([model.run_id, model.status], [logged.id, 'ready']);
  });

  it('in examples/README.md trains both networks', async () => {
    const [code = '', ...others] = blocksOf('examples/README.md', '# Examples', 'sh');
    assert.deepEqual(others, []);
    await bash(fillIn(code, account));
    const runs = await rowsOf<RunRow>(account, 'training_runs');
    assert.deepEqual(runs.map(({ name, status }) => [name, status]).toSorted(), [
      ['alice-mlp', 'completed'],
      ['alice-mlp-py', 'completed'],
    ]);
    assert.equal((await usageOf(account)).training_runs, 2);
  }).timeout(240_000);

  it('about the backend alone in examples/README.md starts it and prints all four', async () => {
    const [, command = ''] =
      /`(npm run backend -- [^`]+)`/.exec(readFileSync('examples/README.md', 'utf8')) ?? [];
    const folder = mkdtempSync(path.join(os.tmpdir(), 'runglass-printed-'));
    // npm would build first, and the port of the page may be somebody else's here.
    const started = `'${process.execPath}' '${backendMain}'`;
    const code = command
      .replace('npm run backend --', started)
      .replace('DIR', `'${folder}'`)
      .replace('54399', '0');
    assert.ok(code.startsWith(`${started} --dir '${folder}' --port 0`), code);
    const child = spawn('bash', ['-c', `exec ${code}`], {
      detached: true,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      const line = await new Promise<string>((resolve, reject) => {
        let text = '';
        child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
          const found = /^\{.*\}$/m.exec(text);
          if (found) resolve(found[0]);
        });
        child.once('close', () => reject(new Error(text)));
      });
      const { url, publishableKey, user } = JSON.parse(line);
      for (const value of [url, publishableKey, user.email, user.password])
        assert.equal(typeof value, 'string');
    } finally {
      const gone = new Promise((resolve) => child.once('close', resolve));
      process.kill(-(child.pid ?? 0), 'SIGTERM');
      await gone;
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
