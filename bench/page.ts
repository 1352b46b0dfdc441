import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../scripts/vscodeHost/project.ts';
import { machineFacts } from './machine.ts';
import { duration, type Result, rowsOf } from './results.ts';
import type { Row } from './rows.ts';

type Facts = ReturnType<typeof machineFacts>;

const file = path.join(projectRoot, 'docs/BENCHMARKS.md');
/** What lies between them is written by `--page`; all else of the page is written by people. */
const begin = '<!-- figures: written by npm run bench -- --page -->';
const end = '<!-- end of figures -->';

/** Puts the figures of one run of a commit, and where they were measured, into docs/BENCHMARKS.md. */
export function writePage(results: readonly Result[], commit: string | null): void {
  writeFileSync(file, pageWith(readFileSync(file, 'utf8'), results, machineFacts(commit)));
}

/** `page` with these figures for those that it has; throws when it has no place for them. */
export function pageWith(page: string, results: readonly Result[], facts: Facts): string {
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from)
    throw new Error(`docs/BENCHMARKS.md has no place for figures: it lacks "${begin}" or "${end}" after it.`);
  return `${page.slice(0, from)}${begin}\n\n${figures(results, facts)}\n${page.slice(to)}`;
}

function figures(results: readonly Result[], facts: Facts): string {
  const judged = rowsOf(results).filter(({ goal }) => goal !== null);
  const held = judged.filter(({ ok }) => ok).length;
  const whole = results.reduce((sum, { seconds }) => sum + seconds, 0);
  return [
    `${held} of ${judged.length} goals are held. The whole run took ${duration(whole)}.`,
    '',
    ...markdownTable(['', ''], facts),
    ...results.flatMap((result) => ['', ...sectionOf(result)]),
    '',
  ].join('\n');
}

function sectionOf({ benchmark, seconds, rows, error }: Result): string[] {
  const title = [`## ${benchmark}`, ''];
  if (!rows) return [...title, `It could not be measured: ${error}`];
  return [
    ...title,
    `In ${duration(seconds)}.`,
    '',
    ...markdownTable(['', 'value', 'unit', 'goal'], rows.map(cellsOf), 1),
  ];
}

function cellsOf({ name, value, unit, goal, ok }: Row): string[] {
  return [name, value.toLocaleString('en'), unit, goal === null ? '' : `${goal} ${ok ? '✔' : '**missed**'}`];
}

/** Lines of a table; the column `right` is set to the right. */
function markdownTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  right?: number,
): string[] {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.trim().replaceAll('|', '\\|')).join(' | ')} |`;
  const rule = header.map((_, i) => (i === right ? '---:' : '---'));
  return [line(header), line(rule), ...rows.map(line)];
}
