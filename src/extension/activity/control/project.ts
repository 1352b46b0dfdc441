import type { ProjectRow } from '../../../shared/model.ts';

/** Where the project of a workspace is looked for. */
export interface ProjectClues {
  /** The setting `runglass.project`: name or id of a project; empty when it is not set. */
  readonly setting: string;
  /** Names of the workspace's folders. */
  readonly folders: readonly string[];
}

/** The project that the setting names, or else the one that is called like a folder; null when there is not exactly one. */
export function projectOf(
  { setting, folders }: ProjectClues,
  projects: readonly ProjectRow[],
): string | null {
  if (setting) return projects.find(({ id }) => id === setting)?.id ?? onlyNamed([setting], projects);
  return onlyNamed(folders, projects);
}

/** What the setting says of a project: its name, or its id when others have the same. */
export function settingFor(project: ProjectRow, projects: readonly ProjectRow[]): string {
  return projectOf({ setting: project.name.trim(), folders: [] }, projects) === project.id
    ? project.name.trim()
    : project.id;
}

function onlyNamed(names: readonly string[], projects: readonly ProjectRow[]): string | null {
  const wanted = new Set(names.map(folded));
  const [found, ...others] = projects.filter(({ name }) => wanted.has(folded(name)));
  return found && others.length === 0 ? found.id : null;
}

function folded(name: string): string {
  return name.trim().toLowerCase();
}
