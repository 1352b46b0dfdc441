import type { GitCommit, GitHead } from './gitApi.ts';

/** Dates of commits have whole seconds, and a change of HEAD is seen a moment after it was made, ms. */
const slack = 5_000;

/** HEAD on a branch. */
export interface SeenHead {
  readonly head: GitHead;
  /** When this commit was first seen as HEAD, ms since 1970. */
  readonly since: number;
}

export interface GitChange {
  readonly before: SeenHead;
  readonly after: GitHead;
  /** What leads to `after`, the newest first. */
  readonly commits: readonly GitCommit[];
  /** Commits reported already. */
  readonly reported: ReadonlySet<string>;
  /** E-mail of whoever commits here; null for anybody. */
  readonly author: string | null;
}

/**
 * The commits that were made here since HEAD was seen last, as far as can be told: they lie in a straight line on top of
 * it and are newer than that. So neither a pull, a fast-forward or a reset (older commits), nor an amended commit or a
 * rebase (not on top), nor a merge (two parents).
 */
export function madeCommits(change: GitChange): readonly string[] {
  const byHash = new Map(change.commits.map((commit) => [commit.hash, commit]));
  const made: string[] = [];
  for (let hash = change.after.commit; hash !== change.before.head.commit; ) {
    const commit = hash === undefined ? undefined : byHash.get(hash);
    if (!commit?.commitDate || commit.commitDate.getTime() < change.before.since - slack) return [];
    const { parents, authorEmail } = commit;
    const own = change.author === null || authorEmail?.toLowerCase() === change.author.toLowerCase();
    if (own && parents.length <= 1 && !change.reported.has(commit.hash)) made.push(commit.hash);
    [hash] = parents;
  }
  return made;
}

/** Whether what is new in `head` may have come from its upstream. */
export function mayBePulled(head: GitHead): boolean {
  return head.upstream !== undefined && !head.ahead;
}
