/** Letters that are written from the right: those of the Unicode blocks whose direction is R or AL by default (UAX #9). */
const fromTheRight = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/**
 * `text` as it may stand among other words without turning their order: what is written from the right stands between FSI
 * and PDI. It holds no PDI that it does not open.
 */
export function isolated(text: string): string {
  return fromTheRight.test(text) ? `\u2068${text}\u2069` : text;
}
