import type { UsageRow } from '../../shared/model.ts';

/** What one metric used on each day, and in all. */
export interface Daily {
  /** Parallel to the days that were asked for. */
  readonly amounts: readonly number[];
  readonly total: number;
}

/** Of which rows usage is summed; `project` null takes all of them. */
export interface Scope {
  readonly days: readonly string[];
  readonly project: string | null;
}

/** Usage of one metric by the project that the rows carry; null stands for rows without one. */
export function dailyByProject(
  rows: Iterable<UsageRow>,
  metric: string,
  scope: Scope,
): ReadonlyMap<string | null, Daily> {
  return sums(rows, scope, (row) => (row.metric === metric ? row.project_id : undefined));
}

/** Usage of every metric in one pass. */
export function dailyByMetric(rows: Iterable<UsageRow>, scope: Scope): ReadonlyMap<string, Daily> {
  return sums(rows, scope, (row) => row.metric);
}

/** Sums rows by a key, day by day; rows whose key is undefined are left out. */
function sums<K>(
  rows: Iterable<UsageRow>,
  { days, project }: Scope,
  keyOf: (row: UsageRow) => K | undefined,
): ReadonlyMap<K, Daily> {
  const places = new Map(days.map((day, i) => [day, i]));
  const found = new Map<K, { readonly amounts: number[]; total: number }>();
  for (const row of rows) {
    const key = keyOf(row);
    const place = places.get(row.day);
    if (key === undefined || place === undefined) continue;
    if (project !== null && row.project_id !== project) continue;
    let sum = found.get(key);
    if (!sum) {
      sum = { amounts: days.map(() => 0), total: 0 };
      found.set(key, sum);
    }
    sum.amounts[place] = (sum.amounts[place] ?? 0) + row.amount;
    sum.total += row.amount;
  }
  return found;
}

/** Several of them as one. */
export function together(parts: readonly Daily[], days: number): Daily {
  const amounts = Array.from({ length: days }, (_, i) =>
    parts.reduce((sum, part) => sum + (part.amounts[i] ?? 0), 0),
  );
  return { amounts, total: parts.reduce((sum, { total }) => sum + total, 0) };
}
