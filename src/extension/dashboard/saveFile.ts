import path from 'node:path';
import { t } from '../../shared/l10n.ts';
import type { Answer, Parameters } from '../../shared/requests.ts';
import type { Disk } from '../platform/disk.ts';
import { describeError } from '../platform/log.ts';
import type { Log } from '../sync/types.ts';
import { Refusal } from './refusal.ts';

export interface SaveFileOptions {
  readonly disk: Disk;
  readonly log: Log;
}

/** Writes a file where the user says; rejects with a `Refusal` when it could not be written. */
export async function saveFile(
  { name, content }: Parameters<'saveFile'>,
  { disk, log }: SaveFileOptions,
): Promise<Answer<'saveFile'>> {
  const extension = path.extname(name).slice(1);
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : new Uint8Array(content);
  try {
    const target = await disk.ask(name, extension);
    if (!target) return { saved: false };
    await disk.write(target, bytes);
  } catch (error) {
    // The reason of the file system holds a path.
    log.warn(`A ${extension} file of ${bytes.byteLength} bytes could not be saved.`);
    throw new Refusal(t('The file could not be saved: {0}', describeError(error)));
  }
  log.info(`Saved a ${extension} file of ${bytes.byteLength} bytes.`);
  return { saved: true };
}
