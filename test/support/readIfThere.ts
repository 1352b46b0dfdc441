import { readFileSync } from 'node:fs';
import { errorCode } from '../../src/shared/errorCode.ts';

/** What is in a file that somebody else may remove or rename at any moment; null when it is gone. */
export function readIfThere(file: string): Buffer | null {
  try {
    return readFileSync(file);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  }
}
