import { type Problem, RunglassError } from '../../shared/status.ts';
import { describeError } from './log.ts';

/** The problem that an error carries; any other error was not foreseen. */
export function problemOf(error: unknown): Problem {
  return error instanceof RunglassError
    ? error.problem
    : { reason: 'unexpected', detail: describeError(error) };
}
