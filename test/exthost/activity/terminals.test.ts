import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { eventually } from '../support/extension.ts';
import { patience, StoredEvents } from '../support/storedEvents.ts';

describe('activity of terminals', () => {
  let events: StoredEvents;
  let terminal: vscode.Terminal | undefined;
  const settings = () => vscode.workspace.getConfiguration('runglass');
  const listen = (terminals: boolean | undefined) =>
    settings().update(
      'activity.kinds',
      terminals === undefined ? undefined : { terminal: terminals },
      vscode.ConfigurationTarget.Global,
    );

  before(async function () {
    this.timeout(90_000);
    events = await StoredEvents.open();
  });
  beforeEach(() => events.mark());
  after(async () => {
    terminal?.dispose();
    await listen(undefined);
  });

  const shell = async () => {
    terminal ??= vscode.window.createTerminal({ shellPath: '/bin/bash', env: { HOME: '/nonexistent' } });
    terminal.show();
    const opened = terminal;
    return await eventually('shell integration', () => opened.shellIntegration, patience);
  };
  const run = async (line: string) => {
    const integration = await shell();
    const ended = new Promise<void>((resolve) => {
      const listening = vscode.window.onDidEndTerminalShellExecution(({ execution }) => {
        if (execution.commandLine.value !== line) return;
        listening.dispose();
        resolve();
      });
    });
    integration.executeCommand(line);
    await ended;
  };

  it('is not told unless it is switched on', async () => {
    await run('git --version');
    await listen(true);
    await run('true');
    const { payload } = await events.arrives('terminal.command');
    assert.equal(payload.program, 'true');
  }).timeout(3 * patience);

  it('tells the program, exit code and duration, and nothing else of the line', async () => {
    await listen(true);
    const lines = [
      ['git --secret-argument', 'git'],
      ['SECRET=1 git --version "secret"', 'git'],
      ['/bin/ls secret', null],
      ['hunter2secret', null],
      ['cd /secret', 'cd'],
    ] as const;
    for (const [line] of lines) await run(line);
    const stored = await events.arrive(lines.length, 'terminal.command');
    assert.deepEqual(
      stored.map(({ payload }) => payload.program),
      lines.map(([, program]) => program),
    );
    assert.equal(stored[3]?.payload.exit_code, 127);
    for (const { payload } of stored)
      assert.deepEqual(Object.keys(payload).sort(), ['duration_ms', 'exit_code', 'program']);
    await events.sayNothingOf('secret', 'hunter2', 'argument');
  }).timeout(3 * patience);
});
