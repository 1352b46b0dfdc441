import type { ProjectRow, RunRow } from '../../shared/model.ts';
import { nameKey } from './sort.ts';

/**
 * The rows as they stand while somebody reads them: each keeps its place, also one that would sort elsewhere or no
 * longer passes the filter; new ones come in behind the row that they follow; those that are gone go.
 */
export function holdOrder(
  held: readonly RunRow[],
  fresh: readonly RunRow[],
  byId: ReadonlyMap<string, RunRow>,
): readonly RunRow[] {
  if (held.length === fresh.length && held.every((run, i) => run.id === fresh[i]?.id)) return fresh;
  const known = new Set(held.map(({ id }) => id));
  const after = new Map<string | null, RunRow[]>();
  let previous: string | null = null;
  for (const run of fresh) {
    if (known.has(run.id)) {
      previous = run.id;
      continue;
    }
    const followers = after.get(previous);
    if (followers) followers.push(run);
    else after.set(previous, [run]);
  }
  const rows = after.get(null) ?? [];
  for (const { id } of held) {
    const run = byId.get(id);
    if (run) rows.push(run);
    // Not spread: a call takes no 20,000 arguments.
    for (const follower of after.get(id) ?? []) rows.push(follower);
  }
  return rows;
}

/** The heading of a project's runs in the grouped list. */
export class RunGroup {
  readonly id: string;
  /** Null for runs of no project, or of one that is not known. */
  readonly project: ProjectRow | null;
  readonly count: number;
  readonly active: number;
  readonly open: boolean;

  constructor(project: ProjectRow | null, count: number, active: number, open: boolean) {
    this.id = groupId(project);
    this.project = project;
    this.count = count;
    this.active = active;
    this.open = open;
  }

  equals(other: RunGroup): boolean {
    return (
      other.project === this.project &&
      other.count === this.count &&
      other.active === this.active &&
      other.open === this.open
    );
  }
}

/** A row of the list. */
export type Item = RunRow | RunGroup;

export function isGroup(item: Item): item is RunGroup {
  return item instanceof RunGroup;
}

export function groupId(project: ProjectRow | null): string {
  return `project/${project?.id ?? ''}`;
}

interface GroupOptions {
  readonly projects: ReadonlyMap<string, ProjectRow>;
  readonly closed: ReadonlySet<string>;
  readonly isActive: (run: RunRow) => boolean;
  /** The groups of the last time, by id: those that are the same keep their identity. */
  readonly known: ReadonlyMap<string, RunGroup>;
}

/** Runs under the headings of their projects, by name; inside, their order stays. */
export function groupRuns(runs: readonly RunRow[], options: GroupOptions): readonly Item[] {
  const { projects, closed, isActive, known } = options;
  const found = new Map<string, { project: ProjectRow | null; runs: RunRow[] }>();
  for (const run of runs) {
    const project = projects.get(run.project_id ?? '') ?? null;
    const id = groupId(project);
    const group = found.get(id);
    if (group) group.runs.push(run);
    else found.set(id, { project, runs: [run] });
  }
  const keyed = Array.from(found, ([id, group]) => ({
    id,
    ...group,
    key: nameKey(group.project?.name ?? ''),
  }));
  keyed.sort(
    (a, b) =>
      Number(a.project === null) - Number(b.project === null) ||
      (a.key < b.key ? -1 : a.key > b.key ? 1 : a.id < b.id ? -1 : 1),
  );
  const items: Item[] = [];
  for (const { id, project, runs: inside } of keyed) {
    const next = new RunGroup(project, inside.length, inside.filter(isActive).length, !closed.has(id));
    const before = known.get(id);
    items.push(before?.equals(next) ? before : next);
    if (next.open) for (const run of inside) items.push(run);
  }
  return items;
}
