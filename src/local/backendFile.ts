import { rmSync } from 'node:fs';
import path from 'node:path';
import { writeFileAtomic } from './files.ts';

/** What `backend.json` in the data folder says: who serves it, where, and how to get in. */
export interface BackendFile {
  readonly pid: number;
  readonly port: number;
  readonly url: string;
  readonly publishableKey: string;
  readonly secretKey: string;
  readonly user: { readonly email: string; readonly password: string };
  readonly version: string;
  /** ISO 8601. */
  readonly startedAt: string;
}

export function writeBackendFile(folder: string, content: BackendFile): void {
  writeFileAtomic(path.join(folder, 'backend.json'), `${JSON.stringify(content, null, 2)}\n`);
}

export function removeBackendFile(folder: string): void {
  rmSync(path.join(folder, 'backend.json'), { force: true });
}
