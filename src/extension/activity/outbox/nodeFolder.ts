import { constants } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { errorCode } from '../../../shared/errorCode.ts';
import { writeWhole } from '../../platform/writeWhole.ts';
import type { FolderEntry, JournalFolder } from './folder.ts';

/** Journals in a real folder, which is made when it is missing. Nobody but this user can read them. */
export class NodeFolder implements JournalFolder {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async list(): Promise<readonly FolderEntry[]> {
    const names = (await unlessMissing(readdir(this.#folder))) ?? [];
    const entries = names.map(async (name) => {
      const info = await unlessMissing(stat(this.#path(name)));
      return info?.isFile() ? [{ name, modifiedAt: info.mtimeMs }] : [];
    });
    return (await Promise.all(entries)).flat();
  }

  async read(name: string): Promise<string | null> {
    return await unlessMissing(readFile(this.#path(name), 'utf8'));
  }

  async append(name: string, text: string): Promise<boolean> {
    // Without O_CREAT, so that a file that is gone is noticed; opened anew each time, so that it may be renamed.
    const file = await unlessMissing(open(this.#path(name), constants.O_WRONLY | constants.O_APPEND));
    if (!file) return false;
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    return true;
  }

  async replace(name: string, text: string): Promise<void> {
    const made = await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    await writeWhole(this.#path(name), text);
    await syncNames(this.#folder);
    if (made === undefined) return;
    // A folder is a name in another one.
    for (let folder = this.#folder; folder !== path.dirname(made); ) {
      folder = path.dirname(folder);
      await syncNames(folder);
    }
  }

  async rename(from: string, to: string): Promise<boolean> {
    const renamed = await unlessMissing(rename(this.#path(from), this.#path(to)).then(() => true));
    return renamed ?? false;
  }

  async remove(name: string): Promise<void> {
    await rm(this.#path(name), { force: true });
  }

  #path(name: string): string {
    return path.join(this.#folder, name);
  }
}

/** File systems that cannot have a folder on disk by request, or need not. */
const unsupported = new Set<unknown>(['EACCES', 'EINVAL', 'EISDIR', 'ENOSYS', 'ENOTSUP', 'EPERM']);

/** A new name is on disk when its folder is, where that can be asked for; rejects when the disk fails. */
async function syncNames(folder: string): Promise<void> {
  // There it is neither needed nor allowed.
  if (process.platform === 'win32') return;
  try {
    const handle = await open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (!unsupported.has(errorCode(error))) throw error;
  }
}

/** Null when what was asked for does not exist. */
async function unlessMissing<T>(task: Promise<T>): Promise<T | null> {
  try {
    return await task;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  }
}
