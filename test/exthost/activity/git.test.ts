import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, realpathSync, rmSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { git, Repository, switchGitOff } from '../support/repository.ts';
import { patience, StoredEvents } from '../support/storedEvents.ts';

const date = '2020-01-01T00:00:00Z';

describe('activity of git', () => {
  let events: StoredEvents;
  let root: string;
  let own: string;
  let theirs: string;
  let repository: Repository;

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
  const committed = async () => (await events.of('git.committed')).map(({ payload }) => payload.commits);

  before(async function () {
    this.timeout(240_000);
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
    repository = await Repository.open(own);
    await repository.seen();
  });
  beforeEach(() => events.mark());
  after(async () => {
    await switchGitOff();
    rmSync(root, { recursive: true, force: true, maxRetries: 10 });
  });

  it('tells nothing of the commits that were there', async () => {
    assert.deepEqual(await events.of('git.committed', 'git.switched'), []);
  });

  it('tells commits that are made in a terminal, several at once as one event', async () => {
    commit(own);
    await repository.headSeen();
    assert.deepEqual((await events.arrives('git.committed')).payload, { commits: 1 });
    await events.mark();
    for (let i = 0; i < 5; i += 1) commit(own);
    await repository.headSeen();
    assert.deepEqual((await events.arrives('git.committed')).payload, { commits: 5 });
    await events.sayNothingOf('secret');
  }).timeout(3 * patience);

  it('tells a commit that is pushed at once', async () => {
    commit(own);
    git(own, 'push', '-q');
    await repository.headSeen();
    assert.deepEqual((await events.arrives('git.committed')).payload, { commits: 1 });
  }).timeout(2 * patience);

  it('tells a switch of branches without their names', async () => {
    git(own, 'switch', '-q', '-c', 'secret-branch');
    await repository.headSeen();
    assert.deepEqual((await events.arrives('git.switched')).payload, {});
    git(own, 'switch', '-q', 'main');
    await repository.headSeen();
    await events.arrive(2, 'git.switched');
    assert.deepEqual(await committed(), []);
    await events.sayNothingOf('secret', 'main');
  }).timeout(3 * patience);

  it('takes no amended commit, reset, fetch, pull, rebase or merge for a commit', async () => {
    git(own, 'commit', '-q', '--amend', '-m', 'secret amended');
    await repository.seen();
    git(own, 'reset', '-q', '--hard', 'HEAD~1');
    await repository.seen();
    git(own, 'reset', '-q', '--hard', 'origin/main');
    await repository.seen();
    git(theirs, 'pull', '-q', 'origin', 'main');
    commitTheirs();
    git(own, 'fetch', '-q');
    await repository.seen();
    git(own, 'pull', '-q', '--ff-only');
    await repository.seen();
    assert.deepEqual(await committed(), []);
    commit(own);
    await repository.headSeen();
    await events.arrives('git.committed');
    commitTheirs();
    git(own, 'pull', '-q', '--rebase');
    await repository.seen();
    commit(own);
    await repository.headSeen();
    await events.arrive(2, 'git.committed');
    commitTheirs();
    git(own, 'pull', '-q', '--no-rebase', '--no-edit');
    await repository.seen();
    assert.deepEqual(await committed(), [1, 1]);
    assert.deepEqual(await events.of('git.switched'), []);
    await events.sayNothingOf('secret');
  }).timeout(5 * patience);
});
