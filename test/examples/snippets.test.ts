import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {
  files,
  fillSnippet,
  type Language,
  type SnippetTarget,
} from '../../src/extension/firstRun/snippets.ts';
import type { RunRow } from '../../src/shared/model.ts';
import { startBackend, type TestBackend } from '../support/backend.ts';
import { type Account, createAccount, historyOf, onlyRowOf, rowsOf, usageOf } from './account.ts';
import { deadProxies, type Ended, findPython } from './script.ts';

/** Those that need nothing which is not on this machine: supabase-py comes from PyPI. */
const runnable = ['python', 'javascript', 'shell'] as const;

/** The terminal of a shell shows what was pasted as well, so its words are no complaint. */
const complaint = /answered:? ?[\d{]|Traceback|not found|curl: \(|Error:/;

const templateOf = (language: Language) =>
  readFileSync(path.resolve('media/snippets', files[language]), 'utf8');

describe('snippets', () => {
  let backend: TestBackend;
  let account: Account;
  let folder: string;

  before(async () => {
    backend = await startBackend();
    folder = mkdtempSync(path.join(os.tmpdir(), 'runglass-snippets-'));
  });
  after(async () => {
    rmSync(folder, { recursive: true, force: true });
    await backend?.stop();
  });
  beforeEach(async () => {
    account = await createAccount(backend);
  });

  const target = (password: string | null): SnippetTarget => ({
    url: backend.url,
    publishableKey: backend.publishableKey,
    email: account.env.RUNGLASS_EMAIL ?? '',
    password,
  });

  /** Pastes a text where its notification says, and runs it as that says. */
  const paste = (language: Language, text: string, env: NodeJS.ProcessEnv = {}): Promise<Ended> => {
    const file = path.join(folder, `pasted${path.extname(files[language])}`);
    writeFileSync(file, text);
    const commands = { python: [findPython(), '-B', file], javascript: [process.execPath, file] };
    const [program = '', ...args] =
      language === 'python' || language === 'javascript' ? commands[language] : ['bash', '--norc', '-i'];
    // A shell reads what is pasted into its terminal, line by line.
    const input = language === 'shell' ? `set +m\n${text}\nexit\n` : '';
    return ended(
      spawn(program, args, { env: { ...process.env, ...deadProxies, ...env }, cwd: folder }),
      input,
    );
  };

  const assertLogged = async () => {
    const run = await onlyRowOf<RunRow>(account, 'training_runs');
    assert.deepEqual(
      { status: run.status, step: run.step, progress: run.progress, error: run.error },
      { status: 'completed', step: 50, progress: 1, error: null },
    );
    const history = await historyOf(account, run.id);
    assert.deepEqual(
      history.map(({ step, metrics }) => [step, metrics.loss]),
      Array.from({ length: 50 }, (_, n) => [n + 1, history[n]?.metrics.loss]),
    );
    assert.equal(history[0]?.metrics.loss, 2);
    assert.equal(history[49]?.metrics.loss, 0.04);
  };

  for (const language of runnable)
    describe(files[language], () => {
      it('logs a run as it was pasted, with the password of the local backend in it', async () => {
        const text = fillSnippet(templateOf(language), language, target(account.env.RUNGLASS_PASSWORD ?? ''));
        const { stderr } = await paste(language, text);
        assert.doesNotMatch(stderr, complaint);
        await assertLogged();
      });

      it('logs usage and a model as well, with the password of the environment', async () => {
        const text = fillSnippet(templateOf(language), language, target(null));
        const all = text.replaceAll(/^( *)(?:#|\/\/) ((?:await )?write\b)/gm, '$1$2');
        assert.equal(all.length, text.length - 2 * (language === 'javascript' ? 3 : 2));
        const { stderr } = await paste(language, all, { RUNGLASS_PASSWORD: account.env.RUNGLASS_PASSWORD });
        assert.doesNotMatch(stderr, complaint);
        await assertLogged();
        assert.deepEqual(await usageOf(account), { tokens: 50 * 512 });
        assert.equal((await rowsOf(account, 'models')).length, 1);
      });

      it('says what was refused', async () => {
        const text = fillSnippet(templateOf(language), language, target('not the password'));
        const { stdout, stderr } = await paste(language, text);
        assert.match(
          stdout + stderr,
          /\/auth\/v1\/token\?grant_type=password answered[^\n]*invalid_credentials/,
        );
        assert.deepEqual(await rowsOf(account, 'training_runs'), []);
      });
    });

  it('leave nothing of a hostile value to the language', async () => {
    const hostile = [
      `'"\`$(touch pwned)\${HOME}\\`,
      `\\'; touch pwned; '`,
      'line\nimport os; touch pwned #\r\u2028next',
      `"""'''\\\\"`,
      'RUNGLASS\nRUNGLASS\ntouch pwned',
      '\u202etxt\u0000.\u001b[31m',
    ];
    const languages = {
      python: ['import json, sys\nsys.stdout.write(json.dumps("{{url}}"))', findPython(), '-B'],
      javascript: ["process.stdout.write(JSON.stringify('{{url}}'))", process.execPath],
      shell: ["bash <<'RUNGLASS'\nprintf %s '{{url}}'\nRUNGLASS\n", 'bash'],
    } as const;
    for (const language of runnable)
      for (const value of hostile) {
        const [template, program, ...args] = languages[language];
        const file = path.join(folder, `hostile.${language === 'python' ? 'py' : 'mjs'}`);
        writeFileSync(file, fillSnippet(template, language, { ...target(''), url: value }));
        const { stdout } = await ended(spawn(program, [...args, file], { cwd: folder }), '');
        // No shell has a place for NUL: its word ends there.
        const expected = language === 'shell' ? value.split('\0')[0] : value;
        assert.equal(language === 'shell' ? stdout : JSON.parse(stdout), expected, language);
      }
  });

  it('for supabase-py are Python', async () => {
    for (const password of [null, 'x']) {
      const text = fillSnippet(templateOf('supabase-py'), 'supabase-py', target(password));
      const file = path.join(folder, 'with_client.py');
      writeFileSync(file, text.replaceAll(/^( *)# (supabase\.)/gm, '$1$2'));
      const { code, stderr } = await ended(spawn(findPython(), ['-B', '-m', 'py_compile', file]), '');
      assert.equal(code, 0, stderr);
    }
  });
});

function ended(child: ReturnType<typeof spawn>, input: string): Promise<Ended> {
  const told = { stdout: '', stderr: '' };
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    told.stdout += chunk;
  });
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    told.stderr += chunk;
  });
  // A program may end before it has read all; what it did is told by how it ended.
  child.stdin?.on('error', () => {}).end(input);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, ...told }));
  });
}
