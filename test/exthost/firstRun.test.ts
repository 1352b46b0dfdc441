import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { activated, eventually } from './support/extension.ts';
import { connect, openStack, type Stack, signIn } from './support/stack.ts';

const names = ['SUPABASE_URL', 'SUPABASE_PUBLISHABLE_KEY', 'RUNGLASS_EMAIL', 'RUNGLASS_PASSWORD'];

describe('the first run', () => {
  let stack: Stack;
  let folder: string;
  let terminals = 0;

  before(async function () {
    this.timeout(90_000);
    await activated();
    stack = await openStack();
    await connect(stack);
    folder = mkdtempSync(path.join(os.tmpdir(), 'runglass-terminals-'));
  });
  after(async () => {
    await setVariables(undefined);
    await connect(stack);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    rmSync(folder, { recursive: true, force: true });
  });

  const setVariables = (value: boolean | undefined) =>
    vscode.workspace
      .getConfiguration('runglass')
      .update('terminal.environment', value, vscode.ConfigurationTarget.Global);

  /** What a terminal that is opened now has of the variables. */
  const ofNewTerminal = async (): Promise<readonly string[]> => {
    const file = path.join(folder, `${++terminals}`);
    const terminal = vscode.window.createTerminal({ shellPath: '/bin/bash', shellArgs: ['--norc'] });
    const shown = names.map((name) => `"$${name}"`).join(' ');
    terminal.sendText(`printf '%s\\n' ${shown} > '${file}.part'; mv '${file}.part' '${file}'`);
    try {
      return await eventually(
        'what the terminal printed',
        () => {
          try {
            return readFileSync(file, 'utf8').split('\n').slice(0, names.length);
          } catch {
            return null;
          }
        },
        45_000,
      );
    } finally {
      terminal.dispose();
    }
  };
  /** Variables reach terminals a moment after they were set. */
  const untilTerminals = (have: readonly string[]) =>
    eventually(
      `terminals have ${have}`,
      async () => (`${await ofNewTerminal()}` === `${have}` ? true : null),
      90_000,
    );

  it('gives new terminals the sign-in of the local backend, while it is chosen and by choice', async function () {
    if (stack.dataFolder === null) this.skip();
    const none = names.map((name) => process.env[name] ?? '');
    assert.deepEqual(await ofNewTerminal(), none);
    await setVariables(true);
    const { url, publishableKey, user } = stack;
    const all = [url, publishableKey, user.email, user.password];
    await untilTerminals(all);
    await signIn(stack);
    await untilTerminals(none);
    await connect(stack);
    await untilTerminals(all);
    await vscode.commands.executeCommand('runglass.signOut');
    await untilTerminals(none);
    await connect(stack);
    await untilTerminals(all);
    await setVariables(false);
    await untilTerminals(none);
  }).timeout(300_000);

  it('copies a script for a backend by URL without the password, and opens it when asked', async () => {
    await signIn(stack);
    await vscode.commands.executeCommand('runglass.logRun', { language: 'python', open: true });
    const text = await eventually('the script', () => {
      const document = vscode.window.activeTextEditor?.document;
      return document?.languageId === 'python' ? document.getText() : null;
    });
    for (const value of [stack.url, stack.publishableKey, stack.user.email]) assert.ok(text.includes(value));
    assert.ok(text.includes('RUNGLASS_PASSWORD') && !text.includes(stack.user.password));
  });

  it('refuses what is no description of a script', async () => {
    for (const nonsense of [1, 'python', [], { language: 'cobol' }, { open: 'yes' }, { lang: 'python' }])
      await assert.rejects(
        async () => vscode.commands.executeCommand('runglass.logRun', nonsense),
        /described by its language \(python, supabase-py, javascript, shell\)/,
      );
  });
});
