import { readFileSync, writeFileSync } from 'node:fs';

/** What a suite's process says about itself; written as JSON to the file that `RUNGLASS_RESULTS_FILE` names. */
export interface Results {
  readonly passed: number;
  /** A list item a test: its title, and behind it in lines of their own the error. */
  readonly failed: readonly string[];
  readonly skipped: readonly string[];
}

/** Writes the results for the process that started this one; does nothing when there is none. */
export function writeResults(results: Results): void {
  const file = process.env.RUNGLASS_RESULTS_FILE;
  if (file) writeFileSync(file, JSON.stringify(results));
}

/** Null when the process ended before it wrote any. */
export function readResults(file: string): Results | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}

export function mergeResults(all: readonly Results[]): Results {
  return {
    passed: all.reduce((sum, { passed }) => sum + passed, 0),
    failed: all.flatMap(({ failed }) => failed),
    skipped: all.flatMap(({ skipped }) => skipped),
  };
}
