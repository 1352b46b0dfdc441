import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, realpathSync, rmSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import type {
  GitApi,
  GitExtension,
  GitRepository,
} from '../../../src/extension/activity/collectors/gitApi.ts';
import { eventually } from '../support/extension.ts';
import { patience, StoredEvents } from '../support/storedEvents.ts';

/** Reads what `git status` says, now. */
interface OpenedRepository extends GitRepository {
  status(): Promise<void>;
}

interface OpenableGit extends GitApi {
  openRepository(root: vscode.Uri): Promise<OpenedRepository | null>;
}

const date = '2020-01-01T00:00:00Z';

describe('activity of git', () => {
  let events: StoredEvents;
  let root: string;
  let own: string;
  let theirs: string;
  let opened: OpenedRepository;
  const settings = () => vscode.workspace.getConfiguration('git');

  const git = (folder: string, ...args: readonly string[]) =>
    execFileSync('git', args, {
      ...{ cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] },
      env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' },
    });
  const change = (folder: string, name = 'secret.txt') => {
    appendFileSync(path.join(folder, name), 'secret\n');
    git(folder, 'add', '.');
  };
  const commit = (folder: string, ...more: readonly string[]) => {
    change(folder);
    git(folder, 'commit', '-q', '-m', 'secret message', ...more);
  };
  /** A commit of somebody else. */
  const commitTheirs = () => {
    change(theirs, 'their-secret.txt');
    git(theirs, '-c', 'user.email=them@example.com', 'commit', '-q', '-m', 'secret', '--date', date);
    git(theirs, 'push', '-q', 'origin', 'HEAD:main');
  };
  /**
   * Waits until VS Code has seen HEAD. It overlooks a change of files that comes while it reads the status, so it is
   * asked to read it again.
   */
  const headSeen = async () => {
    const head = git(own, 'rev-parse', 'HEAD').trim();
    const branch = git(own, 'branch', '--show-current').trim();
    const sees = async () => {
      await opened.status();
      const { commit, name } = opened.state.HEAD ?? {};
      return commit === head && name === branch ? true : null;
    };
    await eventually('VS Code sees HEAD', sees, patience);
  };
  /** Waits until VS Code has seen HEAD, and what was made of that has been told. */
  const seen = async () => {
    await headSeen();
    await new Promise((resolve) => setTimeout(resolve, 3_000));
  };
  const committed = async () => (await events.of('git.committed')).map(({ payload }) => payload.commits);

  const extension = () => {
    const found = vscode.extensions.getExtension<GitExtension>('vscode.git');
    assert.ok(found, 'VS Code brings its git extension');
    return found;
  };
  const open = async () => {
    const api = extension().exports.getAPI(1) as OpenableGit;
    const repository = await api.openRepository(vscode.Uri.file(own));
    assert.ok(repository);
    return repository;
  };

  before(async function () {
    this.timeout(120_000);
    try {
      git('.', '--version');
    } catch {
      throw new Error(
        'These tests need git on PATH. Install it: apt-get install git, or https://git-scm.com.',
      );
    }
    events = await StoredEvents.open();
    root = path.join(realpathSync(vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? ''), 'git');
    mkdirSync(root);
    const remote = path.join(root, 'remote.git');
    git(root, 'init', '-q', '--bare', '-b', 'main', remote);
    own = path.join(root, 'own');
    theirs = path.join(root, 'theirs');
    for (const folder of [own, theirs]) {
      git(root, 'clone', '-q', remote, folder);
      git(folder, 'config', 'user.name', 'Secret Name');
      git(folder, 'config', 'user.email', 'secret@example.com');
      git(folder, 'checkout', '-q', '-B', 'main');
    }
    commit(own, '--date', date);
    git(own, 'push', '-q', '-u', 'origin', 'main');
    git(theirs, 'pull', '-q', 'origin', 'main');
    // Git is off in the tests' profile: it is enabled while we listen.
    await settings().update('enabled', true, vscode.ConfigurationTarget.Global);
    await eventually('git is enabled', () => (extension().exports.enabled ? true : null), patience);
    opened = await open();
    await seen();
  });
  beforeEach(() => events.mark());
  after(async () => {
    await settings().update('enabled', undefined, vscode.ConfigurationTarget.Global);
    rmSync(root, { recursive: true, force: true, maxRetries: 10 });
  });

  it('tells nothing of the commits that were there', async () => {
    assert.deepEqual(await events.of('git.committed', 'git.switched'), []);
  });

  it('tells commits that are made in a terminal, several at once as one event', async () => {
    commit(own);
    await headSeen();
    assert.deepEqual((await events.arrives('git.committed')).payload, { commits: 1 });
    await events.mark();
    for (let i = 0; i < 5; i += 1) commit(own);
    await headSeen();
    assert.deepEqual((await events.arrives('git.committed')).payload, { commits: 5 });
    await events.sayNothingOf('secret');
  }).timeout(3 * patience);

  it('tells a commit that is pushed at once', async () => {
    commit(own);
    git(own, 'push', '-q');
    await headSeen();
    assert.deepEqual((await events.arrives('git.committed')).payload, { commits: 1 });
  }).timeout(2 * patience);

  it('tells a switch of branches without their names', async () => {
    git(own, 'switch', '-q', '-c', 'secret-branch');
    await headSeen();
    assert.deepEqual((await events.arrives('git.switched')).payload, {});
    git(own, 'switch', '-q', 'main');
    await headSeen();
    await events.arrive(2, 'git.switched');
    assert.deepEqual(await committed(), []);
    await events.sayNothingOf('secret', 'main');
  }).timeout(3 * patience);

  it('takes no amended commit, reset, fetch, pull, rebase or merge for a commit', async () => {
    git(own, 'commit', '-q', '--amend', '-m', 'secret amended');
    await seen();
    git(own, 'reset', '-q', '--hard', 'HEAD~1');
    await seen();
    git(own, 'reset', '-q', '--hard', 'origin/main');
    await seen();
    git(theirs, 'pull', '-q', 'origin', 'main');
    commitTheirs();
    git(own, 'fetch', '-q');
    await seen();
    git(own, 'pull', '-q', '--ff-only');
    await seen();
    assert.deepEqual(await committed(), []);
    commit(own);
    await headSeen();
    await events.arrives('git.committed');
    commitTheirs();
    git(own, 'pull', '-q', '--rebase');
    await seen();
    commit(own);
    await headSeen();
    await events.arrive(2, 'git.committed');
    commitTheirs();
    git(own, 'pull', '-q', '--no-rebase', '--no-edit');
    await seen();
    assert.deepEqual(await committed(), [1, 1]);
    assert.deepEqual(await events.of('git.switched'), []);
    await events.sayNothingOf('secret');
  }).timeout(5 * patience);
});
