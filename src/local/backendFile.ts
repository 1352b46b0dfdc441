import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { type BackendFile, readServer, type Server } from '../shared/backendFile.ts';
import { version } from '../shared/version.ts';
import { writeFileAtomic } from './files.ts';

/** Who serves the folder, as far as `backend.json` tells. */
export function readBackendFile(folder: string): Server {
  try {
    return readServer(readFileSync(fileIn(folder), 'utf8'), version);
  } catch {
    return { kind: 'unknown' };
  }
}

export function writeBackendFile(folder: string, content: BackendFile): void {
  writeFileAtomic(fileIn(folder), `${JSON.stringify(content, null, 2)}\n`);
}

export function removeBackendFile(folder: string): void {
  rmSync(fileIn(folder), { force: true });
}

function fileIn(folder: string): string {
  return path.join(folder, 'backend.json');
}
