import { redact } from '../platform/log.ts';

/** Shorter ones would be found in words. */
const shortestSecret = 6;

/** What cannot be seen, or turns the direction of what can: a statement must be what it looks like. */
const unseen = /[^\P{Cc}\n\r\t]|\p{Bidi_Control}/gu;

/**
 * Makes the function that takes `secrets`, whatever looks like one, and e-mail addresses out of a text, and shows
 * characters that would not be seen as U+FFFD.
 */
export function scrubber(secrets: readonly (string | null | undefined)[]): (text: string) => string {
  const known = secrets.filter((secret) => secret != null && secret.length >= shortestSecret) as string[];
  return (text) => {
    const bare = known.reduce((result, secret) => result.replaceAll(secret, '<hidden>'), text);
    return redact(bare)
      .replace(/[\w.+-]+@[\w-]+(\.[\w-]+)+/g, '<e-mail>')
      .replace(unseen, '\uFFFD');
  };
}
