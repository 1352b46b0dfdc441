import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { activated } from './support/extension.ts';
import { messagesOf } from './support/messages.ts';
import { connect, openStack, type Stack, signIn } from './support/stack.ts';

const run = async (command: string, argument?: unknown) =>
  await vscode.commands.executeCommand(`runglass.${command}`, argument);

describe('commands that have nothing to do', () => {
  let stack: Stack;

  before(async function () {
    this.timeout(90_000);
    await activated();
    stack = await openStack();
    await connect(stack);
  });
  afterEach(() => connect(stack));

  it('do not claim that events are sent again when none was refused', async () => {
    assert.deepEqual(await messagesOf(() => run('retryRefusedActivity')), [
      'Runglass: No editor event was refused.',
    ]);
  });

  it('say why there is nothing to agree to, and what can be done', async function () {
    if (stack.dataFolder === null) this.skip();
    const [local, ...others] = await messagesOf(() => run('agreeToActivity'));
    assert.match(local ?? '', /local backend.*stays on this machine.*Pause Editor Activity/);
    assert.deepEqual(others, []);
    await signIn(stack, false);
    await messagesOf(
      () => run('removeBackend', stack.url),
      () => 'Sign Out and Remove',
    );
    assert.deepEqual(await messagesOf(() => run('agreeToActivity')), [
      'Runglass: choose a backend first (Runglass: Select Backend).',
    ]);
  });

  it('say that nobody is signed in before they ask for the name of a project', async () => {
    const { showInputBox } = vscode.window;
    await run('signOut');
    Object.assign(vscode.window, { showInputBox: () => assert.fail('a name was asked for') });
    try {
      for (const name of [undefined, 'Given by a keybinding'])
        assert.deepEqual(await messagesOf(() => run('createProject', name)), [
          'Runglass: sign in first (Runglass: Sign In).',
        ]);
    } finally {
      Object.assign(vscode.window, { showInputBox });
    }
  });
});
