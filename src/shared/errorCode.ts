/** What the system says of a failure, as `ENOENT`; null for an error that has no code, and for anything else. */
export function errorCode(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : null;
}
