import assert from 'node:assert/strict';
import type { GitCommit, GitRepository } from '../../../../../src/extension/activity/collectors/gitApi.ts';
import {
  type GitChange,
  madeCommits,
  mayBePulled,
} from '../../../../../src/extension/activity/collectors/gitChange.ts';
import { RepositoryWatch } from '../../../../../src/extension/activity/collectors/repositoryWatch.ts';
import { emitter, LineLog, ManualClock } from '../../support/doubles.ts';

const seenAt = 1_700_000_000_000;
const fresh = new Date(seenAt + 1_000);
const old = new Date(seenAt - 60_000);
const commit = (hash: string, parents: readonly string[], commitDate = fresh): GitCommit => ({
  ...{ hash, parents, commitDate, authorEmail: 'me@example.com' },
});

function change(to: string, commits: readonly GitCommit[], more: Partial<GitChange> = {}): GitChange {
  const before = { head: { name: 'main', commit: 'a' }, since: seenAt };
  return { before, after: { name: 'main', commit: to }, commits, reported: new Set(), author: null, ...more };
}

describe('commits made here', () => {
  const a = commit('a', ['0'], old);

  it('lie on top of what was seen', () => {
    assert.deepEqual(madeCommits(change('b', [commit('b', ['a']), a])), ['b']);
    assert.deepEqual(madeCommits(change('c', [commit('c', ['b']), commit('b', ['a']), a])), ['c', 'b']);
  });

  it('may be the first of all', () => {
    const before = { head: { name: 'main' }, since: seenAt };
    assert.deepEqual(madeCommits(change('b', [commit('b', [])], { before })), ['b']);
  });

  it('are not: a pull or a fast-forward, a reset, an amended commit, a rebase, a merge', () => {
    assert.deepEqual(madeCommits(change('b', [commit('b', ['a'], old), a])), []);
    assert.deepEqual(madeCommits(change('c', [commit('c', ['b']), commit('b', ['a'], old), a])), []);
    assert.deepEqual(madeCommits(change('0', [commit('0', [], old)])), []);
    assert.deepEqual(madeCommits(change('b', [commit('b', ['0']), commit('0', [], old)])), []);
    assert.deepEqual(
      madeCommits(change('y', [commit('y', ['x']), commit('x', ['0']), commit('0', [], old)])),
      [],
    );
    assert.deepEqual(madeCommits(change('m', [commit('m', ['a', 'z']), commit('z', ['0']), a])), []);
  });

  it('are counted once, and where they may be pulled only those of the author', () => {
    const commits = [commit('c', ['b']), { ...commit('b', ['a']), authorEmail: 'other@example.com' }, a];
    assert.deepEqual(madeCommits(change('c', commits, { reported: new Set(['b']) })), ['c']);
    assert.deepEqual(madeCommits(change('c', commits, { author: 'ME@example.com' })), ['c']);
    assert.deepEqual(madeCommits(change('c', commits, { author: '' })), []);
    assert.equal(mayBePulled({ upstream: {}, ahead: 0 }), true);
    assert.equal(mayBePulled({ upstream: {}, ahead: 1 }), false);
    assert.equal(mayBePulled({}), false);
  });

  it('are none when git tells what cannot be', () => {
    assert.deepEqual(madeCommits(change('b', [])), []);
    assert.deepEqual(madeCommits(change('b', [{ hash: 'b', parents: ['a'] }])), []);
    const { after, ...rest } = change('b', []);
    assert.deepEqual(madeCommits({ ...rest, after: { name: after.name ?? '' } }), []);
  });
});

class Repository {
  readonly #changed = emitter();
  readonly #committed = emitter();
  history: GitCommit[] = [];
  email = 'me@example.com';
  asked = 0;
  readonly rootUri = null as never;
  readonly state = { HEAD: undefined as GitRepository['state']['HEAD'], onDidChange: this.#changed.event };
  readonly onDidCommit = this.#committed.event;

  readonly log = async () => {
    this.asked += 1;
    return this.history;
  };
  readonly getConfig = async () => Promise.reject(new Error('not set'));
  readonly getGlobalConfig = async () => `${this.email}\n`;

  become(HEAD: GitRepository['state']['HEAD']): void {
    this.state.HEAD = HEAD;
    this.#changed.fire();
  }
}

describe('a repository', () => {
  const settled = 2_000;

  function watch(repository = new Repository(), clock = new ManualClock(), reported = new Set<string>()) {
    const told: string[] = [];
    const output = new LineLog();
    const watching = new RepositoryWatch(repository as unknown as GitRepository, {
      clock,
      output,
      reported,
      switched: () => told.push('switched'),
      committed: (commits) => told.push(`committed ${commits}`),
    });
    const add = (hash: string, parent: string | undefined) => {
      const commitDate = new Date(clock.now());
      repository.history.unshift({ ...commit(hash, parent ? [parent] : [], commitDate) });
    };
    return { clock, told, repository, add, output, watching };
  }

  it('tells nothing of the first reading, and reads no history while HEAD stays', async () => {
    const { clock, told, repository } = watch();
    repository.become(undefined);
    repository.become({ name: 'main', commit: 'a' });
    for (let i = 0; i < 100; i += 1) repository.become({ name: 'main', commit: 'a', ahead: i });
    await clock.advance(settled);
    assert.deepEqual([told, repository.asked, clock.timerCount], [[], 0, 0]);
  });

  it('tells a commit that another worktree or clone has told already only there', async () => {
    const [clock, reported] = [new ManualClock(), new Set<string>()];
    const [first, second] = [0, 1].map(() => watch(new Repository(), clock, reported));
    assert.ok(first && second);
    for (const { repository } of [first, second]) repository.become({ name: 'main', commit: 'a' });
    for (const { repository, add } of [first, second]) {
      add('b', 'a');
      repository.become({ name: 'main', commit: 'b' });
      await clock.advance(settled);
    }
    assert.deepEqual([first.told, second.told], [['committed 1'], []]);
  });

  it('tells many commits at once as one event, and each only once', async () => {
    const { clock, told, repository, add } = watch();
    repository.become({ name: 'main', commit: 'a' });
    for (const [hash, parent] of [
      ['b', 'a'],
      ['c', 'b'],
      ['d', 'c'],
    ] as const) {
      add(hash, parent);
      repository.become({ name: 'main', commit: hash });
      await clock.advance(100);
    }
    await clock.advance(settled);
    assert.deepEqual(told, ['committed 3']);
    repository.become({ name: 'main', commit: 'a' });
    await clock.advance(settled);
    repository.become({ name: 'main', commit: 'd' });
    await clock.advance(settled);
    assert.deepEqual(told, ['committed 3']);
  });

  it('tells of another branch, and nothing of HEAD on none until it is on one again', async () => {
    const { clock, told, repository, add } = watch();
    repository.become({ name: 'main', commit: 'a' });
    repository.become({ name: 'secret', commit: 'a' });
    await clock.advance(settled);
    assert.deepEqual(told, ['switched']);
    // A rebase: detached elsewhere, new commits there, then the branch is set to them.
    add('x', 'elsewhere');
    repository.become({ commit: 'elsewhere' });
    await clock.advance(settled);
    repository.become({ commit: 'x' });
    await clock.advance(settled);
    repository.become({ name: 'secret', commit: 'x' });
    await clock.advance(settled);
    assert.deepEqual(told, ['switched']);
  });

  it('counts a commit that is pushed at once when it is of who commits here', async () => {
    const { clock, told, repository, add } = watch();
    repository.become({ name: 'main', commit: 'a' });
    add('b', 'a');
    repository.become({ name: 'main', commit: 'b', upstream: {}, ahead: 0 });
    await clock.advance(settled);
    repository.email = 'another@example.com';
    add('c', 'b');
    repository.become({ name: 'main', commit: 'c', upstream: {}, ahead: 0 });
    await clock.advance(settled);
    assert.deepEqual(told, ['committed 1']);
  });

  it('that cannot be read is said in the log and followed on; disposed it is silent', async () => {
    const { clock, told, repository, add, output, watching } = watch();
    repository.become({ name: 'main', commit: 'a' });
    const { log } = repository;
    Object.assign(repository, { log: async () => Promise.reject(new Error('git failed')) });
    repository.become({ name: 'main', commit: 'b' });
    await clock.advance(settled);
    assert.match(output.lines.join(), /git failed/);
    Object.assign(repository, { log });
    add('c', 'b');
    repository.become({ name: 'main', commit: 'c' });
    await clock.advance(settled);
    assert.deepEqual(told, ['committed 1']);
    repository.become({ name: 'main', commit: 'd' });
    watching.dispose();
    await clock.advance(settled);
    assert.deepEqual([told, clock.timerCount], [['committed 1'], 0]);
  });
});
