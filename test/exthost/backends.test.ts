import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { SetUpWatch } from '../../src/extension/accounts/setUp/setUpWatch.ts';
import { activated, eventually } from './support/extension.ts';
import { messagesOf } from './support/messages.ts';
import { connect, openStack, type Stack, signIn, unknownUrl } from './support/stack.ts';

const run = async (command: string, argument?: unknown) =>
  await vscode.commands.executeCommand(`runglass.${command}`, argument);
const shown = () => vscode.window.activeTextEditor?.document;

describe('the commands about backends', () => {
  let stack: Stack;

  before(async function () {
    this.timeout(90_000);
    await activated();
    stack = await openStack();
    await connect(stack);
  });

  it('check what is added, and choose nothing', async () => {
    const { url, publishableKey } = stack;
    await assert.rejects(
      async () => run('addBackend', { url: unknownUrl, publishableKey }),
      /not known to DNS/,
    );
    await assert.rejects(
      async () => run('addBackend', { url, publishableKey: 'sb_publishable_wrong' }),
      /does not accept this key/,
    );
    await run('addBackend', { url, publishableKey, name: 'Work $(x)' });
    const api = await activated();
    assert.ok(api.logSyncEvent({ type: 'test.still' }), 'the local backend is still the chosen one');
  });

  it('switch to one with a session at once, and back', async function () {
    if (stack.dataFolder === null) this.skip();
    const { url } = stack;
    await signIn(stack);
    await run('useEmbedded');
    await run('selectBackend', { kind: 'remote', url });
    const api = await activated();
    const events: string[] = [];
    const unsubscribe = api.subscribeToProjectsUpdates(stack.userId, ({ eventType }) =>
      events.push(eventType),
    );
    unsubscribe();
    assert.ok(api.logSyncEvent({ type: 'test.remote' }));
    await run('selectBackend', { kind: 'embedded' });
  });

  it('rename what is in the list, and say what is not', async () => {
    await run('renameBackend', { url: `${stack.url}/`, name: 'Other' });
    for (const argument of [{ url: stack.url }, { url: 'https://b.example', name: 'x' }, 1, 'x'])
      await assert.rejects(async () => run('renameBackend', argument), /no backend in the list/);
    for (const argument of ['https://b.example', {}, 1])
      await assert.rejects(async () => run('removeBackend', argument), /no backend in the list/);
    for (const argument of [1, 'x', {}])
      await assert.rejects(async () => run('addBackend', argument), /no description of a backend/);
  });

  it('open the SQL that sets a database up, and the SQL that takes it down', async () => {
    await run('setUpDatabase', 'sql');
    assert.deepEqual([shown()?.languageId, shown()?.isUntitled], ['sql', true]);
    const files = readdirSync('supabase/migrations').filter((name) => name.endsWith('.sql'));
    for (const file of files)
      assert.ok(
        shown()
          ?.getText()
          .includes(readFileSync(`supabase/migrations/${file}`, 'utf8').trim()),
        file,
      );
    await run('takeDatabaseDown');
    assert.ok(shown()?.getText().includes(readFileSync('supabase/remove.sql', 'utf8').trim()));
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    await assert.rejects(async () => run('setUpDatabase', 'magic'), /no way to set up a database/);
  });

  it('say that nobody looks any more when a database was waited for in vain, and look again if asked', async () => {
    const profile = { kind: 'remote', label: 'Work', url: stack.url, publishableKey: 'x' } as const;
    let [looks, done] = [0, 0];
    const then = async () => {
      done += 1;
    };
    const watch = new SetUpWatch(async () => {
      looks += 1;
      return looks === 2;
    }, 0);
    const told = await messagesOf(
      async () => {
        watch.follow({
          message: 'Run this SQL.',
          profile,
          action: { title: 'Copy', run: () => assert.fail('nobody pressed it') },
          then,
        });
        await eventually('it goes on', () => (done === 1 ? true : null));
      },
      (message) => (message === 'Run this SQL.' ? 'Wait for It' : 'Check Again'),
    );
    assert.deepEqual(told, [
      'Run this SQL.',
      'Runglass: Work is not set up yet, or only in part. Runglass has looked for 15 minutes, and has stopped.',
    ]);
  });

  it('do not go on when the wait is cancelled while the database is looked at', async () => {
    const profile = { kind: 'remote', label: 'Work', url: stack.url, publishableKey: 'x' } as const;
    const cancel = new vscode.CancellationTokenSource();
    const { withProgress } = vscode.window;
    let ended: Promise<unknown> | null = null;
    const watch = new SetUpWatch(async () => {
      cancel.cancel();
      return true;
    });
    Object.assign(vscode.window, {
      withProgress: (
        _: unknown,
        task: (progress: unknown, token: vscode.CancellationToken) => Promise<unknown>,
      ) => {
        ended = task(null, cancel.token);
        return ended;
      },
    });
    try {
      const then = () => assert.fail('it went on');
      const action = { title: 'Copy', run: () => assert.fail('nobody pressed it') };
      const told = await messagesOf(
        async () => {
          watch.follow({ message: 'Run this SQL.', profile, action, then });
          assert.equal(await eventually('its end', () => ended), 'cancelled');
        },
        () => 'Wait for It',
      );
      assert.deepEqual(told, ['Run this SQL.']);
    } finally {
      Object.assign(vscode.window, { withProgress });
      cancel.dispose();
    }
  });

  describe('in a folder of the Supabase CLI', () => {
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
    const supabase = path.join(folder, 'supabase');
    const migrations = path.join(supabase, 'migrations');
    const ours = readdirSync('supabase/migrations').filter((name) => name.endsWith('.sql'));

    afterEach(() => {
      rmSync(supabase, { recursive: true, force: true });
      for (const terminal of vscode.window.terminals) if (terminal.name === 'Supabase') terminal.dispose();
    });

    it('need one', async () => {
      await assert.rejects(
        async () => run('setUpDatabase', 'folder'),
        /no folder with a supabase\/config\.toml/,
      );
    });

    it('copy the migrations beside those that are there', async () => {
      mkdirSync(migrations, { recursive: true });
      writeFileSync(path.join(supabase, 'config.toml'), 'project_id = "shop"\n');
      writeFileSync(path.join(migrations, '20300101000000_theirs.sql'), 'select 1;\n');
      const [first = ''] = ours;
      const text = readFileSync(`supabase/migrations/${first}`, 'utf8');
      writeFileSync(path.join(migrations, first), text.replaceAll('\n', '\r\n'));
      await run('setUpDatabase', 'folder');
      assert.deepEqual(readdirSync(migrations).sort(), [...ours, '20300101000000_theirs.sql'].sort());
      assert.ok(readFileSync(path.join(migrations, first), 'utf8').includes('\r\n'), 'what is there stays');
      assert.ok(vscode.window.terminals.some(({ name }) => name === 'Supabase'));
    });

    it('ask which one when there are several, and do nothing when none is chosen', async () => {
      const { showQuickPick } = vscode.window;
      const other = mkdtempSync(path.join(tmpdir(), 'runglass-folder-'));
      const folders = [folder, other].map((fsPath, index) => ({
        ...{ uri: vscode.Uri.file(fsPath), name: 'shop', index },
      }));
      for (const fsPath of [folder, other]) {
        mkdirSync(path.join(fsPath, 'supabase'));
        writeFileSync(path.join(fsPath, 'supabase/config.toml'), '');
      }
      let choice: string | null = null;
      const offered: string[] = [];
      Object.assign(vscode.window, {
        showQuickPick: async (items: readonly vscode.QuickPickItem[]) => {
          offered.push(...items.map(({ description }) => description ?? ''));
          return items.find(({ description }) => description === choice);
        },
      });
      // VS Code starts the extension host anew when a window gets its second folder.
      const own = Object.getOwnPropertyDescriptor(vscode.workspace, 'workspaceFolders') ?? {};
      Object.defineProperty(vscode.workspace, 'workspaceFolders', { ...own, get: () => folders });
      try {
        await run('setUpDatabase', 'folder');
        assert.deepEqual([offered, existsSync(migrations)], [[folder, other], false]);
        choice = other;
        await run('setUpDatabase', 'folder');
        assert.deepEqual(
          [readdirSync(path.join(other, 'supabase/migrations')).length, existsSync(migrations)],
          [ours.length, false],
        );
      } finally {
        Object.defineProperty(vscode.workspace, 'workspaceFolders', own);
        Object.assign(vscode.window, { showQuickPick });
        rmSync(other, { recursive: true });
      }
    });

    it('copy nothing when one of them is there and differs', async () => {
      mkdirSync(migrations, { recursive: true });
      writeFileSync(path.join(supabase, 'config.toml'), '');
      const [, second = ''] = ours;
      writeFileSync(path.join(migrations, second), 'select 1;\n');
      await assert.rejects(
        async () => run('setUpDatabase', 'folder'),
        new RegExp(`Nothing was copied.*${second}`),
      );
      assert.deepEqual(readdirSync(migrations), [second]);
      assert.equal(readFileSync(path.join(migrations, second), 'utf8'), 'select 1;\n');
    });
  });
});
