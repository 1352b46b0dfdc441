import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import type { DoctorReport } from '../../src/shared/doctor.ts';
import { activated, eventually } from './support/extension.ts';
import { connect, openStack, type Stack } from './support/stack.ts';

const run = () => vscode.commands.executeCommand<DoctorReport>('runglass.runDoctor');

describe('the Doctor', () => {
  let stack: Stack;

  before(async function () {
    this.timeout(240_000);
    await activated();
    stack = await openStack();
  });

  it('says what to do while nobody is signed in', async () => {
    await vscode.commands.executeCommand('runglass.signOut');
    const report = await run();
    assert.ok(report.finishedAt);
    const failed = report.checks.filter(({ outcome }) => outcome === 'failed');
    assert.equal(failed.length, 1, JSON.stringify(report.checks));
    assert.ok(failed[0]?.findings[0]?.remedy?.text);
  }).timeout(120_000);

  it('finds the connected backend sound, beside the engine that runs', async () => {
    await connect(stack);
    // A busy machine may be slow to bring a change back, which is found as well: then we ask again.
    const isLate = ({ checks }: DoctorReport) =>
      checks.some(({ outcome, detail }) => outcome === 'warning' && detail.includes('but only after'));
    const report = await eventually(
      'a report of a change in time',
      async () => {
        const report = await run();
        return isLate(report) ? null : report;
      },
      120_000,
    );
    assert.deepEqual(
      report.checks.filter(({ outcome }) => outcome !== 'ok'),
      [],
    );
    assert.match(report.checks.at(-1)?.detail ?? '', /^A change came back [\d,]+ ms/);
  }).timeout(240_000);

  it('hands its report on without secrets', async () => {
    await vscode.commands.executeCommand('runglass.copyDoctorReport');
    const text = await vscode.env.clipboard.readText();
    assert.match(text, /^# Runglass Doctor\n/);
    assert.match(text, /Runglass \d+\.\d+\.\d+, .* \d+\.\d+\.\d+/);
    assert.match(text, /PostgreSQL \d+/);
    assert.match(text, /"requests": ?\d+/);
    for (const secret of [stack.publishableKey, stack.user.email, stack.user.password, stack.userId])
      assert.ok(!text.includes(secret));
  }).timeout(120_000);

  it('has written it into the log', async () => {
    const workspace = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
    assert.ok(workspace);
    // The logs of this VS Code are below the folder that holds everything of its profile.
    const root = path.dirname(workspace);
    const text = await eventually('the report in the log', () => {
      const logs = globSync('**/logs/**/*Runglass*.log', { cwd: root });
      const all = logs.map((file) => readFileSync(path.join(root, file), 'utf8')).join('\n');
      return /✓ \*\*Delivery\*\*: A change came back/.test(all) ? all : null;
    });
    assert.ok(text.includes('[doctor] # Runglass Doctor'));
    for (const secret of [stack.publishableKey, stack.user.email, stack.user.password])
      assert.ok(!text.includes(secret));
  });
});
