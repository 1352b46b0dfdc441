import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { readIfThere } from '../support/readIfThere.ts';
import { activated, eventually } from './support/extension.ts';
import { connect, openStack, type Stack, signIn, unknownUrl } from './support/stack.ts';

describe('signing in', () => {
  let stack: Stack;

  before(async function () {
    this.timeout(90_000);
    await activated();
    stack = await openStack();
    await connect(stack);
  });

  const attempt = (input: unknown) => vscode.commands.executeCommand('runglass.signIn', input);
  const complete = () => ({
    url: stack.url,
    publishableKey: stack.publishableKey,
    ...stack.user,
    consent: true,
  });

  it('says that the password is wrong, and what to do', async () => {
    await assert.rejects(
      async () => attempt({ ...complete(), password: 'not the password' }),
      /The e-mail or the password is wrong\. Check both/,
    );
  });

  it('says that the key is wrong', async () => {
    await assert.rejects(
      async () => attempt({ ...complete(), publishableKey: 'sb_publishable_wrong' }),
      /does not accept this key.*Copy the publishable/,
    );
  });

  it('says that nobody answers at the URL', async () => {
    await assert.rejects(
      async () => attempt({ ...complete(), url: unknownUrl }),
      /not known to DNS\. Check the network/,
    );
  });

  it('refuses what is no URL and what is no description of a sign-in', async () => {
    await assert.rejects(
      async () => attempt({ ...complete(), url: 'ftp://x' }),
      /no Supabase API at this URL/,
    );
    for (const nonsense of [1, 'x', [], { url: 1 }, { consent: 'yes' }])
      await assert.rejects(async () => attempt(nonsense), /no description of a sign-in/);
  });

  it('is still signed in after the failures', async () => {
    const api = await activated();
    const unsubscribe = api.subscribeToProjectsUpdates(stack.userId, () => {});
    unsubscribe();
    assert.ok(api.logSyncEvent({ type: 'test.still' }));
  });

  it('by URL works with the same server, and signs out', async () => {
    await attempt(complete());
    const api = await activated();
    assert.ok(api.logSyncEvent({ type: 'test.remote' }));
    await vscode.commands.executeCommand('runglass.signOut');
    assert.equal(api.logSyncEvent({ type: 'test.signedOut' }), null);
  });

  it('is an account of VS Code while it is signed in to a backend by URL, and only then', async () => {
    const labels = async () =>
      (await vscode.authentication.getAccounts('runglass')).map(({ label }) => label);
    await attempt(complete());
    assert.deepEqual(await labels(), [`${stack.user.email} (${new URL(stack.url).host})`]);
    const scoped = await vscode.authentication.getSession('runglass', ['everything'], { silent: true });
    assert.equal(scoped, undefined, 'there are no scopes');
    await vscode.commands.executeCommand('runglass.signOut');
    assert.deepEqual(await labels(), []);
  });

  it('reports nothing to a backend by URL without consent', async () => {
    await signIn(stack, false);
    const api = await activated();
    assert.equal(api.logSyncEvent({ type: 'test.noConsent' }), null);
  });

  it('writes neither password nor token into a file of VS Code', async () => {
    const output = process.env.RUNGLASS_TEST_OUTPUT;
    assert.ok(output, 'the runner says where its files are');
    await signIn(stack);
    const profile = path.dirname(output);
    // The temporary folder holds the backend that these tests started, whose keys are in a file of its own.
    const files = globSync('**/*.{log,json,vscdb}', { cwd: profile, exclude: ['tmp/**'] });
    assert.ok(
      files.some((file) => file.endsWith('Runglass.log')),
      'our own log is among them',
    );
    for (const file of files) {
      const text = readIfThere(path.join(profile, file))?.toString('latin1') ?? '';
      assert.ok(!text.includes(stack.user.password), `password in ${file}`);
      assert.doesNotMatch(text, /\beyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{10,}/, `token in ${file}`);
    }
  });

  it('of the local backend takes no question', async function () {
    if (stack.dataFolder === null) this.skip();
    await vscode.commands.executeCommand('runglass.selectBackend', { kind: 'embedded' });
    const api = await activated();
    const id = api.logSyncEvent({ type: 'test.embedded' });
    await eventually('the event is in the database', async () => {
      const { data } = await stack.admin.from('ide_sync_events').select('id').eq('id', id).maybeSingle();
      return data;
    });
  });
});
