import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { type Row, row } from '../rows.ts';
import { backendFolder, DataFolder } from './window.ts';

const megabyte = 1024 * 1024;

/** What the package carries for the backend, and what it puts on the disk. */
export async function measureSizes(): Promise<Row[]> {
  const size = (name: string) => statSync(path.join(backendFolder, name)).size / megabyte;
  const folder = new DataFolder();
  await folder.open();
  await folder.end();
  const made = sizeOf(folder.path);
  folder.remove();
  return [
    row('code of the backend', size('main.js'), 'MB', { atMost: 2.5 }),
    row('template database, compressed', size('template.tar.gz'), 'MB'),
    row('a new data folder', made, 'MB'),
  ];
}

function sizeOf(folder: string): number {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return (
    files.reduce((sum, entry) => sum + statSync(path.join(entry.parentPath, entry.name)).size, 0) / megabyte
  );
}
