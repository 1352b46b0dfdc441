import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { activated, eventually } from './support/extension.ts';
import { connect, openStack, type Stack } from './support/stack.ts';

describe('the tools for agents in VS Code', () => {
  let stack: Stack;

  before(async function () {
    this.timeout(90_000);
    await activated();
    stack = await openStack();
    await connect(stack);
  });

  async function invoke(name: string, input: object): Promise<string> {
    const { content } = await vscode.lm.invokeTool(name, { input, toolInvocationToken: undefined });
    const [part, ...others] = content;
    assert.ok(part instanceof vscode.LanguageModelTextPart && others.length === 0);
    return part.value;
  }

  it('are offered to every agent', () => {
    const ours = vscode.lm.tools.filter(({ name }) => name.startsWith('runglass_'));
    assert.deepEqual(ours.map(({ name }) => name).sort(), ['runglass_runs', 'runglass_usage']);
    for (const { description, inputSchema } of ours) {
      assert.ok(description.length > 100 && !description.includes('%'), description);
      assert.ok(inputSchema);
    }
  });

  it('answer from the rows as they are', async () => {
    const name = `asked about ${Date.now()}`;
    await stack.admin
      .from('training_runs')
      .insert({ user_id: stack.userId, name, status: 'failed', error: 'out of memory' })
      .throwOnError();
    const { runs } = await eventually('the run', async () => {
      const answer = JSON.parse(await invoke('runglass_runs', { name, status: ['failed'] }));
      return answer.runs.length > 0 ? answer : null;
    });
    assert.equal(runs[0].error, 'out of memory');
    const usage = JSON.parse(await invoke('runglass_usage', { days: 7 }));
    assert.ok(Array.isArray(usage.metrics) && usage.as_of && usage.period.resets_at);
  });

  it('say what is wrong with a question', async () => {
    await assert.rejects(invoke('runglass_runs', { project: 'nowhere' }), /no project "nowhere"/);
  });

  it('are found by the MCP client of VS Code, which starts the server', async () => {
    const start = { waitForLiveTools: true, promptType: 'never' };
    await vscode.commands.executeCommand('workbench.mcp.startServer', '*', start);
    const names = await eventually(
      'the tools of the server',
      () => {
        const found = vscode.lm.tools.filter(({ name }) => /^mcp_.*runglass_/.test(name));
        return found.length === 2 ? found.map(({ name }) => name).sort() : null;
      },
      90_000,
    );
    for (const [name, key] of [
      [names[0], 'runs'],
      [names[1], 'metrics'],
    ])
      assert.ok(Array.isArray(JSON.parse(await invoke(name ?? '', {}))[key ?? '']), name);
  }).timeout(120_000);
});
