import type { ModelRow } from '../../shared/model.ts';
import { compareNewest } from '../../shared/runs.ts';

/** The versions of one name that pass the filter. */
export interface ModelGroup {
  readonly name: string;
  /** Newest first. */
  readonly versions: readonly [ModelRow, ...ModelRow[]];
  /** How many versions there are, hidden ones included. */
  readonly total: number;
}

/** Newest first, by times parsed once each; the id breaks ties so that the order never flickers. */
export function newestFirst(models: Iterable<ModelRow>): ModelRow[] {
  return Array.from(models, (model) => ({ model, at: Date.parse(model.created_at) }))
    .sort((a, b) => compareNewest(a.at, b.at) || (a.model.id < b.model.id ? -1 : 1))
    .map(({ model }) => model);
}

/**
 * Groups models, which come newest first, by name; the group with the newest version is first. A group that equals
 * the one in `before` keeps its identity, so that only what has changed draws again.
 */
export function groupModels(
  models: readonly ModelRow[],
  passes: (model: ModelRow) => boolean,
  before: readonly ModelGroup[],
): ModelGroup[] {
  const shown = new Map<string, [ModelRow, ...ModelRow[]]>();
  const totals = new Map<string, number>();
  for (const model of models) {
    const { name } = model;
    totals.set(name, (totals.get(name) ?? 0) + 1);
    if (!passes(model)) continue;
    const versions = shown.get(name);
    if (versions) versions.push(model);
    else shown.set(name, [model]);
  }
  const known = new Map(before.map((group) => [group.name, group]));
  return Array.from(shown, ([name, versions]) => {
    const group = { name, versions, total: totals.get(name) ?? versions.length };
    const held = known.get(name);
    return held && same(held, group) ? held : group;
  });
}

function same(a: ModelGroup, b: ModelGroup): boolean {
  return (
    a.total === b.total &&
    a.versions.length === b.versions.length &&
    a.versions.every((model, n) => model === b.versions[n])
  );
}

/** Where a version is in a list of groups; undefined when it is in none. */
export function findVersion(
  groups: readonly ModelGroup[],
  id: string,
): { readonly group: ModelGroup; readonly at: number; readonly version: number } | undefined {
  for (const [at, group] of groups.entries()) {
    const version = group.versions.findIndex((model) => model.id === id);
    if (version >= 0) return { group, at, version };
  }
  return undefined;
}

/** Of a name, this much tells its group from others. */
const keyLength = 500;

/** Names a group among the open rows. */
export function groupKey(name: string): string {
  return `models/${name.slice(0, keyLength)}`;
}

/** Names longer than this are base models of nobody. */
const longestName = 500;
/** What people write between a name and its version. */
const separators = /[\s@:/_-]/g;

/**
 * The model of ours that `model.base_model` means: a name, or a name and a version (`gpt-nano v2`, `gpt-nano:v2`).
 * `byName` has the versions of each name, newest first. A bare name means the newest version, and of its own name
 * the newest before itself. Null when it is none of ours.
 */
export function baseOf(model: ModelRow, byName: ReadonlyMap<string, readonly ModelRow[]>): ModelRow | null {
  const text = model.base_model?.trim() ?? '';
  if (text === '' || text.length > longestName) return null;
  const named = byName.get(text);
  if (named) {
    const place = named.findIndex(({ id }) => id === model.id);
    return named[place + 1] ?? null;
  }
  for (const { index } of text.matchAll(separators)) {
    const version = text.slice(index + 1);
    const found = byName.get(text.slice(0, index))?.find((other) => other.version === version);
    if (found && found.id !== model.id) return found;
  }
  return null;
}
