import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { eventKinds } from '../../../src/shared/activity.ts';
import { type EmbeddedStack, startEmbedded } from '../../e2e/stack.ts';
import { FaultProxy } from '../../support/faultProxy.ts';
import { Deeds, deedTypes, ownType } from '../support/deeds.ts';
import { activated, applyEdit, eventually } from '../support/extension.ts';

/** Every kind of deed takes a while, git most of all, ms. */
const aRound = 240_000;

describe('what this editor reports to a backend by its URL', () => {
  let stack: EmbeddedStack;
  let proxy: FaultProxy;
  let deeds: Deeds;

  const configuration = () => vscode.workspace.getConfiguration('runglass');
  const set = (name: string, value: unknown) =>
    configuration().update(name, value, vscode.ConfigurationTarget.Global);
  const log = async () => (await activated()).logSyncEvent({ type: ownType });
  const requests = () => proxy.requests.filter((url) => url.includes('log_ide_sync_events')).length;
  const signIn = async (consent: boolean) => {
    const { publishableKey, user } = stack;
    await vscode.commands.executeCommand('runglass.signIn', {
      url: proxy.url,
      publishableKey,
      ...user,
      consent,
    });
  };
  const stored = async (): Promise<string[]> => {
    const { data } = await stack.admin
      .from('ide_sync_events')
      .select('event_type')
      .order('sync_seq')
      .throwOnError();
    return (data ?? []).map(({ event_type }) => String(event_type));
  };
  const count = async (type: string) => (await stored()).filter((one) => one === type).length;
  /** Sends what waits: a batch alone would leave after 30 s. */
  const send = () => vscode.commands.executeCommand('runglass.sendActivity');
  const pendingText = async () => {
    await vscode.commands.executeCommand('runglass.showPendingActivity');
    const found = vscode.window.activeTextEditor?.document;
    assert.equal(found?.uri.scheme, 'runglass-activity');
    return found;
  };

  before(async function () {
    this.timeout(120_000);
    await activated();
    stack = await startEmbedded();
    proxy = await FaultProxy.start(stack.url);
    deeds = new Deeds();
    await set('activity.kinds', { terminal: true });
  });
  afterEach(async () => {
    for (const name of ['paused', 'kinds', 'paths', 'excludedWorkspaces', 'enabled'])
      await set(`activity.${name}`, name === 'kinds' ? { terminal: true } : undefined);
  });
  after(async function () {
    this.timeout(60_000);
    await set('activity.kinds', undefined);
    await deeds?.dispose();
    await vscode.commands.executeCommand('runglass.signOut');
    await proxy?.stop();
    await stack?.dispose();
  });

  it('is nothing before the user agrees: no request, whatever is done', async () => {
    await signIn(false);
    await deeds.doAll();
    await send();
    // Longer than a batch is held back.
    await new Promise((resolve) => setTimeout(resolve, 31_000));
    await vscode.commands.executeCommand('runglass.signOut');
    assert.equal(requests(), 0);
    assert.deepEqual(await stored(), []);
  }).timeout(aRound + 60_000);

  it('is what happens after that, every kind of it, and nothing of before', async () => {
    await signIn(true);
    await deeds.doAll();
    await send();
    const types = await stored();
    for (const type of [...deedTypes, ownType]) assert.ok(types.includes(type), `${type} among ${types}`);
    // Once: those of before are not among them.
    assert.equal(await count('dashboard.refreshed'), 1);
    assert.ok(requests() > 0);
  }).timeout(aRound);

  it('is nothing while it is paused; what waits stays, and goes out with Resume', async () => {
    assert.ok(await log());
    const [before, sent] = [await count(ownType), requests()];
    await vscode.commands.executeCommand('runglass.pauseActivity');
    assert.equal(configuration().get('activity.paused'), true);
    assert.equal(await log(), null);
    void send();
    const document = await pendingText();
    const content = JSON.parse(document.getText());
    assert.equal(content.sending, false);
    assert.match(content.why, /paused/);
    assert.equal(content.waiting.count, 1);
    assert.deepEqual([await count(ownType), requests()], [before, sent]);
    await vscode.commands.executeCommand('runglass.resumeActivity');
    await send();
    assert.equal(await count(ownType), before + 1);
    // The list follows while it can be seen.
    await eventually('the list is empty', () =>
      JSON.parse(document.getText()).waiting.count === 0 ? true : null,
    );
  }).timeout(90_000);

  it('can be looked at before it is sent, exactly as it will be, and without a token', async () => {
    const id = await log();
    const document = await pendingText();
    await eventually('the event is listed', () => (document.getText().includes(String(id)) ? true : null));
    assert.equal(document.languageId, 'json');
    const text = document.getText();
    const { to, sending, waiting } = JSON.parse(text);
    assert.deepEqual([to, sending], [new URL(proxy.url).host, true]);
    await send();
    const shown = waiting.events.find((event: { readonly id: string }) => event.id === id);
    const { data } = await stack.admin
      .from('ide_sync_events')
      .select('*')
      .eq('id', id)
      .single()
      .throwOnError();
    for (const [column, value] of Object.entries(shown)) {
      const held = data[column];
      if (column === 'occurred_at') assert.equal(Date.parse(held), Date.parse(String(value)));
      else assert.deepEqual(held, value, column);
    }
    assert.doesNotMatch(text, /eyJ|token|password|apikey/i);
    assert.ok(!text.includes(stack.publishableKey) && !text.includes(stack.user.password));
  }).timeout(60_000);

  it('is nothing while a folder of the list is open, and what waited of the window is forgotten', async () => {
    const before = await stored();
    assert.ok(await log());
    await vscode.commands.executeCommand('runglass.excludeWorkspace');
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
    assert.deepEqual(configuration().get('activity.excludedWorkspaces'), [folder]);
    await eventually('nothing is reported', async () => ((await log()) === null ? true : null));
    await set('activity.excludedWorkspaces', [`${path.dirname(String(folder))}/*`]);
    assert.equal(await log(), null);
    await set('activity.excludedWorkspaces', undefined);
    assert.ok(await log());
    await send();
    assert.deepEqual(await stored(), [...before, ownType]);
  }).timeout(60_000);

  it('is nothing of a kind that is switched off, from that moment on', async () => {
    await set('activity.kinds', Object.fromEntries(eventKinds.map((kind) => [kind, kind === 'dashboard'])));
    // What was told before goes out now, not among the others.
    await send();
    const before = await stored();
    assert.equal(await log(), null);
    await deeds.doAll();
    await send();
    const new_ = (await stored()).slice(before.length);
    assert.deepEqual([...new Set(new_)].sort(), ['dashboard.opened', 'dashboard.refreshed']);
  }).timeout(aRound);

  it('tells of paths what the user chose, and nothing by default', async () => {
    const { admin } = stack;
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
    const facts = async (paths: string | undefined) => {
      await set('activity.paths', paths);
      const before = await count('file.created');
      const uri = vscode.Uri.file(path.join(folder, 'named', 'secret.py'));
      await applyEdit((edit) => edit.createFile(uri, { overwrite: true }));
      await eventually('the event is stored', async () => {
        await send();
        return (await count('file.created')) > before ? true : null;
      });
      const query = admin.from('ide_sync_events').select('payload').eq('event_type', 'file.created');
      const { data } = await query.order('sync_seq').throwOnError();
      const { language: _, files: __, ...rest } = (data ?? []).at(-1)?.payload ?? {};
      return rest;
    };
    try {
      assert.deepEqual(await facts(undefined), {});
      assert.deepEqual(await facts('relative'), { path: 'named/secret.py' });
      // Until its key has been made and read, an event tells nothing.
      const hashed = await eventually('a key', async () => {
        const told = await facts('hashed');
        return Object.keys(told).length > 0 ? told : null;
      });
      assert.match(hashed.path_hash, /^[\w-]{16}$/);
      assert.deepEqual(await facts('hashed'), hashed);
    } finally {
      rmSync(path.join(folder, 'named'), { recursive: true, force: true });
    }
  }).timeout(180_000);

  it('cannot be widened by the settings of a workspace', async () => {
    await set('activity.paused', true);
    await set('activity.excludedWorkspaces', ['/nowhere']);
    const folder = path.join(vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '', '.vscode');
    mkdirSync(folder, { recursive: true });
    const theirs = {
      ...{ 'runglass.activity.enabled': true, 'runglass.activity.paused': false },
      ...{ 'runglass.activity.kinds': { terminal: true }, 'runglass.activity.paths': 'relative' },
      ...{ 'runglass.activity.excludedWorkspaces': [], 'runglass.statusBar.metric': 'theirs' },
    };
    await set('activity.kinds', undefined);
    writeFileSync(path.join(folder, 'settings.json'), JSON.stringify(theirs));
    try {
      await eventually('the settings of the workspace are read', () =>
        configuration().get('statusBar.metric') === 'theirs' ? true : null,
      );
      const { kinds, ...own } = configuration().get<Record<string, unknown>>('activity') ?? {};
      assert.deepEqual(own, { enabled: true, paused: true, paths: 'none', excludedWorkspaces: ['/nowhere'] });
      assert.equal((kinds as Record<string, unknown>).terminal, false);
      assert.equal(await log(), null);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }).timeout(60_000);

  it('ends when the user takes the consent back, and what waited is forgotten', async () => {
    assert.ok(await log());
    const [before, sent] = [await stored(), requests()];
    await signIn(false);
    assert.equal(await log(), null);
    await send();
    await signIn(true);
    await send();
    assert.deepEqual([await stored(), requests()], [before, sent]);
  }).timeout(60_000);
});
