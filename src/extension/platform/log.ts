import type { Log } from '../sync/types.ts';

const patterns: readonly (readonly [RegExp, string])[] = [
  [/\beyJ[\w-]+\.[\w-]+(\.[\w-]*)?/g, '<token>'],
  [/\bsb_(publishable|secret)_[\w-]+/g, '<key>'],
  // In an address, that of a proxy for instance.
  [/(:\/\/)[^\s/@]+@/g, '$1<hidden>@'],
  [/\b(bearer)\s+[^\s"',]+/gi, '$1 <token>'],
  [
    /(["']?\b(?:password|apikey|access_token|refresh_token|token_hash|auth_code|code_verifier|accessToken|refreshToken|publishableKey|secretKey)\b["']?\s*[:=]\s*)("[^"]*"|'[^']*'|[^\s,;&}]+)/gi,
    '$1<hidden>',
  ],
];

/** `text` without tokens, keys and passwords. */
export function redact(text: string): string {
  return patterns.reduce((result, [pattern, by]) => result.replace(pattern, by), text);
}

/** A log that names `component` on each line and lets no secret through to `output`. */
export function createLog(output: Log, component: string): Log {
  const line = (message: string) => redact(`[${component}] ${message}`);
  return {
    debug: (message) => output.debug(line(message)),
    info: (message) => output.info(line(message)),
    warn: (message) => output.warn(line(message)),
    error: (message) => output.error(line(message)),
  };
}

/** What to write into the log about something that was thrown: its message and those of its causes. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? '' : ` (${describeError(error.cause)})`;
  return `${error.message}${cause}`;
}
