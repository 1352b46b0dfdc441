import { type Disposable, DisposableStore } from '../../../shared/disposable.ts';
import { describeError } from '../../platform/log.ts';
import type { Clock, Log } from '../../sync/types.ts';
import { Burst, type BurstLimits } from './burst.ts';
import type { GitRepository } from './gitApi.ts';
import { madeCommits, mayBePulled, type SeenHead } from './gitChange.ts';

/** What a script does to a repository in one go is looked at once. */
const limits: BurstLimits = { quiet: 1_000, longest: 5_000 };
/** So far back a change is followed; with more commits at once it is none of ours. */
const maxEntries = 1_000;

export interface RepositoryWatchOptions {
  readonly clock: Clock;
  readonly output: Log;
  readonly switched: () => void;
  readonly committed: (commits: number) => void;
  /** Hashes of commits reported already, by all repositories: worktrees and clones have the same ones. */
  readonly reported: Set<string>;
}

/**
 * Follows the branch that HEAD of a repository is on. A rebase and a bisection detach HEAD: what happens until it is on a
 * branch again is judged by where it is then.
 */
export class RepositoryWatch implements Disposable {
  readonly #repository: GitRepository;
  readonly #options: RepositoryWatchOptions;
  readonly #store = new DisposableStore();
  readonly #burst: Burst;
  /** Null until a branch was seen for the first time. */
  #seen: SeenHead | null = null;
  /** The editor itself made a commit since HEAD was looked at last. */
  #committedHere = false;
  #work: Promise<void> = Promise.resolve();

  constructor(repository: GitRepository, options: RepositoryWatchOptions) {
    this.#repository = repository;
    this.#options = options;
    this.#burst = this.#store.add(new Burst(options.clock, limits, () => this.#look()));
    this.#store.add(repository.state.onDidChange(() => this.#changed()));
    this.#store.add(
      repository.onDidCommit(() => {
        this.#committedHere = true;
      }),
    );
    this.#changed();
  }

  dispose(): void {
    this.#store.dispose();
  }

  /** Heard whenever a file of the working tree changes: has to be cheap. */
  #changed(): void {
    const { HEAD } = this.#repository.state;
    if (!HEAD?.name) return;
    this.#seen ??= { head: HEAD, since: this.#options.clock.now() };
    const { head } = this.#seen;
    if (HEAD.commit !== head.commit || HEAD.name !== head.name) this.#burst.touch();
  }

  #look(): void {
    this.#work = this.#work
      .then(() => this.#examine())
      .catch((error: unknown) => {
        this.#options.output.warn(`A change of a repository was not understood: ${describeError(error)}`);
      });
  }

  async #examine(): Promise<void> {
    const before = this.#seen;
    const { HEAD: after } = this.#repository.state;
    if (!before || !after?.name || this.#store.isDisposed) return;
    const here = this.#committedHere;
    this.#committedHere = false;
    const moved = after.commit !== before.head.commit;
    this.#seen = { head: after, since: moved ? this.#options.clock.now() : before.since };
    if (after.name !== before.head.name) this.#options.switched();
    if (!moved) return;
    const { commits, author } = await this.#read(!here && mayBePulled(after));
    if (this.#store.isDisposed) return;
    const { reported } = this.#options;
    const made = madeCommits({ before, after, commits, reported, author });
    for (const hash of made) reported.add(hash);
    if (made.length > 0) this.#options.committed(made.length);
  }

  async #read(foreign: boolean) {
    const commits = await this.#repository.log({ maxEntries });
    return { commits, author: foreign ? await this.#author() : null };
  }

  /** Empty, which is nobody, when it is not set. */
  async #author(): Promise<string> {
    const read = (config: Promise<string>) =>
      config.then(
        (value) => value.trim(),
        () => '',
      );
    const own = await read(this.#repository.getConfig('user.email'));
    return own || (await read(this.#repository.getGlobalConfig('user.email')));
  }
}
