/**
 * How PGlite's texts become what PostgREST would have put on the wire, by type OID. Numbers that JSON.parse
 * rounds are rounded here in the same way; NaN and the infinities stay text, as in PostgREST.
 */
export const parsers: Record<number, (text: string) => unknown> = {
  1700: (text) => {
    const number = Number(text);
    return Number.isFinite(number) ? number : text;
  },
  1114: isoTimestamp,
  1184: isoTimestamp,
};

/** `2024-02-29 10:34:56.7+00` → `2024-02-29T10:34:56.7+00:00`; `infinity` and years BC stay as they are. */
export function isoTimestamp(text: string): string {
  const match = /^(\d{4,}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?)([+-]\d\d(?::\d\d){0,2})?$/.exec(text);
  if (!match) return text;
  const [, day, time, zone = ''] = match;
  return `${day}T${time}${zone}${zone.length === 3 ? ':00' : ''}`;
}
