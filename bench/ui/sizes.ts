import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { projectRoot } from '../../scripts/vscodeHost/project.ts';
import { loadedWith } from '../bundles.ts';
import { type Row, row } from '../rows.ts';

const folder = path.join(projectRoot, 'dist/webview');

/** What is imported on demand, by the source that is asked for. */
const lazyParts: readonly (readonly [name: string, source: string])[] = [
  ['charts', 'charts/uplotChart.ts'],
  ['run detail', 'runs/detail/RunDetail.tsx'],
  ['compare', 'runs/compare/Compare.tsx'],
  ['sync details', 'details/SyncDetails.tsx'],
];

/** Gzipped sizes of the production build, KB. The build itself fails over its budgets. */
export function measureSizes(): Row[] {
  const files = readdirSync(folder).filter((name) => name.endsWith('.js'));
  const initial = loadedWith(folder, 'dashboard.js');
  const rows = [row('page script, loaded at first', kilobytes([...initial]), 'KB gz', { atMost: 60 })];
  for (const [name, source] of lazyParts) {
    const file = files.find((each) => each !== 'dashboard.js' && sourcesOf(each).includes(source));
    if (!file) throw new Error(`No file of dist/webview holds ${source}.`);
    const more = [...loadedWith(folder, file)].filter((each) => !initial.has(each));
    rows.push(row(`${name}, loaded when first opened`, kilobytes(more), 'KB gz'));
  }
  rows.push(row('all scripts of the page', kilobytes(files), 'KB gz', { atMost: 120 }));
  rows.push(row('style sheet', kilobytes(['dashboard.css']), 'KB gz', { atMost: 12 }));
  return rows;
}

function sourcesOf(file: string): string {
  const map = JSON.parse(readFileSync(path.join(folder, `${file}.map`), 'utf8')) as { sources: string[] };
  return map.sources.join('\n');
}

function kilobytes(files: readonly string[]): number {
  const bytes = files.map((file) => gzipSync(readFileSync(path.join(folder, file))).length);
  return bytes.reduce((sum, size) => sum + size, 0) / 1024;
}
