import { type Row, table } from './rows.ts';

/** What came of one benchmark: its figures, or why there are none. */
export type Result = {
  readonly benchmark: string;
  readonly seconds: number;
} & (
  | { readonly rows: readonly Row[]; readonly error?: undefined }
  | { readonly rows?: undefined; readonly error: string }
);

/** A figure of any benchmark, as `--json` prints them. */
export interface NamedRow extends Row {
  readonly benchmark: string;
}

export function rowsOf(results: readonly Result[]): NamedRow[] {
  return results.flatMap(({ benchmark, rows = [] }) => rows.map((row) => ({ benchmark, ...row })));
}

/** The table of one benchmark below its name, or why there is none. */
export function section({ benchmark, seconds, rows, error }: Result): string {
  const title = `${benchmark} (${duration(seconds)})`;
  return `${title}\n${rows ? table(rows) : `✘ could not be measured: ${error}`}\n`;
}

/** How many figures there are and how many goals are held; then what missed its goal and what could not be measured. */
export function summary(results: readonly Result[]): string {
  const rows = rowsOf(results);
  const judged = rows.filter(({ goal }) => goal !== null);
  const missed = judged.filter(({ ok }) => !ok);
  const seconds = results.reduce((sum, one) => sum + one.seconds, 0);
  const failed = results.filter(({ error }) => error !== undefined);
  return [
    `${rows.length} figures of ${results.length} benchmarks in ${duration(seconds)}: ` +
      `${judged.length - missed.length} of ${judged.length} goals are held.`,
    ...missed.map(
      ({ benchmark, name, value, unit, goal }) =>
        `✘ ${benchmark}: ${name}: ${value.toLocaleString('en')} ${unit} (goal ${goal})`,
    ),
    ...failed.map(({ benchmark, error }) => `✘ ${benchmark} could not be measured: ${error}`),
  ].join('\n');
}

/** Minutes and seconds for people. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
