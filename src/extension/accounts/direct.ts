import { RunglassError } from '../../shared/status.ts';
import { problemOf } from '../platform/problem.ts';
import { problemLine } from '../words.ts';

/** Failures of what is asked without a form, in words, for whoever ran the command. */
export async function direct<T>(task: () => Promise<T>): Promise<T> {
  try {
    return await task();
  } catch (error) {
    if (!(error instanceof RunglassError)) throw error;
    throw new Error(problemLine(problemOf(error)), { cause: error });
  }
}
