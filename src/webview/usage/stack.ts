import { shownName } from '../../shared/format.ts';
import { t } from '../../shared/l10n.ts';
import type { ProjectRow } from '../../shared/model.ts';
import { type Daily, together } from './dailyUsage.ts';
import { areDistinct } from './projectColors.ts';

/** One band of the stacked bars. */
export interface Band extends Daily {
  readonly key: string;
  readonly label: string;
  readonly color: string | null;
}

/** Projects that have a band of their own at most. */
const maxProjects = 7;
/** For what has no project to give it a colour, 3:1 against light and dark; the rest is a shade of it. */
const neutral = '#8a8a8a';
const darker = '#5d6b7a';

interface Stacking {
  readonly byProject: ReadonlyMap<string | null, Daily>;
  /** In the order in which they are shown. */
  readonly projects: readonly ProjectRow[];
  readonly days: number;
  /** What the bars are of when no row carries a project. */
  readonly label: string;
  /** The colour of the page, `rgb(…)`; null draws with the palette. */
  readonly surface: string | null;
}

/**
 * The bands of a metric's bars, in the order of the projects, so that none moves as usage grows: those that used most
 * have a band of their own, then come the others together and what belongs to no project.
 */
export function stackOf({ byProject, projects, days, label, surface }: Stacking): Band[] {
  const none = byProject.get(null);
  const ids = new Set(byProject.keys());
  ids.delete(null);
  if (ids.size === 0) return [{ key: 'all', label, color: null, ...(none ?? together([], days)) }];
  const known = projects.filter(({ id }) => ids.has(id));
  const largest =
    known.length > maxProjects ? largestOf(known, byProject) : new Set(known.map(({ id }) => id));
  const own = known.filter(({ id }) => largest.has(id));
  const rest = [...byProject].filter(([id]) => id !== null && !largest.has(id)).map(([, daily]) => daily);
  const bands: Band[] = own.map(({ id, name, color }) => ({
    key: id,
    label: shownName(name, 200),
    color,
    ...(byProject.get(id) ?? together([], days)),
  }));
  if (rest.length > 0)
    bands.push({ key: 'other', label: t('Other'), color: darker, ...together(rest, days) });
  if (none) bands.push({ key: 'none', label: t('No project'), color: neutral, ...none });
  if (
    areDistinct(
      bands.map(({ color }) => color),
      surface,
    )
  )
    return bands;
  return bands.map((band) => (largest.has(band.key) ? { ...band, color: null } : band));
}

function largestOf(
  projects: readonly ProjectRow[],
  byProject: ReadonlyMap<string | null, Daily>,
): ReadonlySet<string> {
  const total = ({ id }: ProjectRow): number => byProject.get(id)?.total ?? 0;
  const sorted = [...projects].sort((a, b) => total(b) - total(a) || (a.id < b.id ? -1 : 1));
  return new Set(sorted.slice(0, maxProjects).map(({ id }) => id));
}
