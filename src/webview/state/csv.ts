import { utcDay } from '../../shared/usage.ts';

/** What a cell may hold; null, NaN and infinities leave it empty. */
export type Cell = string | number | null;

/** A column of a table of `Row`s. */
export interface Column<Row> {
  readonly name: string;
  readonly cell: (row: Row) => Cell;
}

/**
 * The rows under a line of names, as RFC 4180 has it: lines end with CRLF, and what holds a comma, a quote or a line
 * break stands in quotes, and so does what holds a semicolon or a tab, at which some spreadsheets part cells: what
 * follows there could be a formula. Text that a spreadsheet would take for a formula gets an apostrophe in front (OWASP, "CSV
 * Injection"), also in names, which may be data as well.
 */
export function toCsv<Row>(columns: readonly Column<Row>[], rows: Iterable<Row>): string {
  const lines = [columns.map(({ name }) => field(name)).join(',')];
  for (const row of rows) lines.push(columns.map(({ cell }) => field(cell(row))).join(','));
  return `${lines.join('\r\n')}\r\n`;
}

/** `runglass-models-2026-11-22.csv`: what it is of and the UTC day of `now` (ms since 1970). */
export function csvName(what: string, now: number): string {
  const words = what
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60);
  return `runglass-${words || 'data'}-${utcDay(now)}.csv`;
}

function field(value: Cell): string {
  if (value === null) return '';
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : '';
  const text = isFormula(value) ? `'${value}` : value;
  return /[",;\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The signs that begin a formula, their full-width twins, and white space that a spreadsheet skips before one. */
function isFormula(text: string): boolean {
  return /^[=+\-@\t\r\n＝＋－＠]/.test(text) && !/^[+-]?\d+(\.\d+)?$/.test(text);
}
