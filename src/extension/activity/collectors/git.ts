import * as vscode from 'vscode';
import { eventTypes } from '../../../shared/activity.ts';
import { type Disposable, DisposableStore } from '../../../shared/disposable.ts';
import { describeError } from '../../platform/log.ts';
import type { Collecting, CollectorHost } from './collector.ts';
import type { GitApi, GitExtension, GitRepository } from './gitApi.ts';
import { RepositoryWatch } from './repositoryWatch.ts';

/** Reports commits and switches of branches in the repositories that the built-in git extension has open. */
export function collectGit(host: CollectorHost): Collecting {
  const store = new DisposableStore();
  const found = store.add(new GitListening(host));
  found.look();
  // Until then it may be disabled or not installed.
  store.add(vscode.extensions.onDidChange(() => found.look()));
  return store;
}

/** Finds the git extension and follows whether git is enabled. */
class GitListening implements Disposable {
  readonly #host: CollectorHost;
  readonly #store = new DisposableStore();
  #looking = false;
  #open: Disposable | null = null;

  constructor(host: CollectorHost) {
    this.#host = host;
  }

  look(): void {
    const extension = vscode.extensions.getExtension<GitExtension>('vscode.git');
    if (!extension || this.#looking) return;
    this.#looking = true;
    extension.activate().then(
      (git) => this.#follow(git),
      (error: unknown) => {
        this.#looking = false;
        this.#host.output.warn(`Commits are not reported: ${describeError(error)}`);
      },
    );
  }

  dispose(): void {
    this.#store.dispose();
    this.#open?.dispose();
    this.#open = null;
  }

  #follow(git: GitExtension): void {
    if (this.#store.isDisposed) return;
    this.#store.add(git.onDidChangeEnablement(() => this.#switch(git)));
    void this.#switch(git);
  }

  async #switch(git: GitExtension): Promise<void> {
    // It says that it is enabled a moment before its API can be had.
    await Promise.resolve();
    this.#open?.dispose();
    this.#open = null;
    if (!git.enabled || this.#store.isDisposed) return;
    try {
      this.#open = watchRepositories(git.getAPI(1), this.#host);
    } catch (error) {
      this.#host.output.warn(`Commits are not reported: ${describeError(error)}`);
    }
  }
}

function watchRepositories(api: GitApi, { log, clock, output }: CollectorHost): Disposable {
  const store = new DisposableStore();
  const watches = new Map<GitRepository, RepositoryWatch>();
  const reported = new Set<string>();
  const close = (repository: GitRepository) => {
    watches.get(repository)?.dispose();
    watches.delete(repository);
  };
  const open = (repository: GitRepository) => {
    close(repository);
    const watch = new RepositoryWatch(repository, {
      clock,
      output,
      reported,
      switched: () => log({ type: eventTypes.gitSwitched }),
      committed: (commits) => log({ type: eventTypes.gitCommitted, payload: { commits } }),
    });
    watches.set(repository, watch);
  };
  for (const repository of api.repositories) open(repository);
  store.add(api.onDidOpenRepository(open));
  store.add(api.onDidCloseRepository(close));
  return {
    dispose: () => {
      store.dispose();
      for (const watch of watches.values()) watch.dispose();
    },
  };
}
