/** One figure of a benchmark. A goal reads `≤ 1.2` or `= 0`; without one `ok` is true. */
export interface Row {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly goal: string | null;
  readonly ok: boolean;
}

/** Measures and resolves with the figures; `say` tells people how far it is. Rejects with what it lacks. */
export type Measure = (say: (line: string) => void) => Promise<readonly Row[]>;

export type Goal = { readonly atMost: number } | { readonly exactly: number };

/** Makes a row and judges it by the value before it is rounded. */
export function row(name: string, value: number, unit: string, goal?: Goal): Row {
  if (!goal) return { name, value: round(value), unit, goal: null, ok: true };
  if ('atMost' in goal)
    return { name, value: round(value), unit, goal: `≤ ${goal.atMost}`, ok: value <= goal.atMost };
  return { name, value: round(value), unit, goal: `= ${goal.exactly}`, ok: value === goal.exactly };
}

/** The rows as a table for people; what misses its goal is marked. */
export function table(rows: readonly Row[]): string {
  const cells = [
    ['', 'value', 'unit', 'goal', ''],
    ...rows.map(({ name, value, unit, goal, ok }) => [
      name,
      value.toLocaleString('en'),
      unit,
      goal ?? '',
      goal === null ? '' : ok ? '✔' : '✘ missed',
    ]),
  ];
  const widths = [0, 1, 2, 3].map((i) => Math.max(...cells.map((line) => line[i]?.length ?? 0)));
  const width = (i: number) => widths[i] ?? 0;
  return cells
    .map((line) =>
      line
        .map((cell, i) => (i === 1 ? cell.padStart(width(i)) : cell.padEnd(width(i))))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Four significant digits, and all of a whole number. */
function round(value: number): number {
  return Number.isInteger(value) ? value : Number(value.toPrecision(4));
}
