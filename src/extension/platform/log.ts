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

/** Of what is logged at once, characters. */
const longest = 10_000;

/**
 * A log that names `component` in each entry and lets no secret through to `output`. Lines of an entry after the first are
 * indented, and signs that steer a terminal taken out, so that no text of others looks like an entry of its own.
 */
export function createLog(output: Log, component: string): Log {
  const line = (message: string) =>
    redact(`[${component}] ${message.slice(0, longest)}`)
      .replace(/\r\n?|\n/g, '\n\t')
      .replace(/[^\P{Cc}\n\t]/gu, '');
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
