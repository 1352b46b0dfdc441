import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Activity } from '../../src/extension/activity/activity.ts';
import { ActivityCommands } from '../../src/extension/activity/control/activityCommands.ts';
import type { Reporting } from '../../src/shared/activity.ts';
import { Formats } from '../../src/shared/format.ts';
import type { DashboardStatus } from '../../src/shared/protocol.ts';
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

  it('send refused events again only where something is sent, and say how many', async () => {
    let tries = 0;
    const tell = (refused: number, state: DashboardStatus['state'], reporting: Reporting) =>
      messagesOf(() => {
        const activity = {
          refused,
          retryRefused: () => {
            tries += 1;
          },
        } as Partial<Activity> as Activity;
        const status = { state, backend: { kind: 'remote', label: 'Work' }, activity: { reporting } };
        return new ActivityCommands({
          activity,
          reporting: () => reporting,
          status: () => status as DashboardStatus,
          showPending: () => assert.fail('nobody asked'),
          formats: new Formats('en'),
          log: { debug: assert.fail, info: assert.fail, warn: assert.fail, error: assert.fail },
        }).retryRefusedActivity();
      });
    assert.deepEqual(await tell(3, 'signedOut', 'on'), ['Runglass: sign in first (Runglass: Sign In).']);
    assert.match((await tell(3, 'live', 'paused')).join(), /^Runglass: Nothing is sent\. .* is paused/);
    assert.equal(tries, 0);
    assert.deepEqual(await tell(1, 'live', 'on'), ['Runglass: 1 refused editor event is sent again.']);
    assert.deepEqual(await tell(3, 'offline', 'on'), ['Runglass: 3 refused editor events are sent again.']);
    assert.equal(tries, 2);
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
    for (const command of ['agreeToActivity', 'sendActivity', 'createProject'])
      assert.deepEqual(await messagesOf(() => run(command)), [
        'Runglass: choose a backend first (Runglass: Select Backend).',
      ]);
  });

  it('say that nobody is signed in whose events could be sent, or whose plan has a page', async () => {
    await run('signOut');
    assert.deepEqual(await messagesOf(() => run('sendActivity')), [
      'Runglass: sign in first (Runglass: Sign In).',
    ]);
    assert.match((await messagesOf(() => run('openUpgrade'))).join(), /or you are not signed in/);
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
