/** One piece of software with the licence that it ships under. */
export interface Notice {
  readonly name: string;
  readonly version?: string | undefined;
  /** SPDX expression, as its owners declare it. */
  readonly licence: string;
  /** The licence as they publish it, with their NOTICE if they have one; null when there is none. */
  readonly text: string | null;
  /** The package that it is a part of. */
  readonly within?: string | undefined;
}

/** Licences, by SPDX identifier, that ask for nothing but their text and names to go with what ships. */
const mayShip = new Set([
  '0BSD',
  'Apache-2.0',
  'Apache-2.0 WITH LLVM-exception',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'ISC',
  'MIT',
  'PostgreSQL',
  'Unicode-3.0',
  'Zlib',
]);

/** What keeps these from being shipped, each in a sentence that says what to do. */
export function noticeFaults(notices: readonly Notice[]): string[] {
  return notices.flatMap((notice) => {
    const faults: string[] = [];
    // Of alternatives one that may ship is enough.
    if (!notice.licence.split(' OR ').some((licence) => mayShip.has(licence)))
      faults.push(
        `${titleOf(notice)} is under ${notice.licence || 'no licence that it names'}, which is not among those that may ` +
          'ship: do without it, or add the licence to scripts/notices/notices.ts once it is clear what it asks for.',
      );
    if (!notice.text?.trim())
      faults.push(
        `${titleOf(notice)} ships no text of its licence: take a version that does, or do without it.`,
      );
    return faults;
  });
}

/** The file that ships: what there is, then each text once, with all that is under it. */
export function renderNotices(notices: readonly Notice[]): string {
  const sorted = [...notices].sort((a, b) => compare(titleOf(a), titleOf(b)));
  const byText = new Map<string, Notice[]>();
  for (const notice of sorted) {
    const text = normalized(notice.text ?? '');
    byText.set(text, [...(byText.get(text) ?? []), notice]);
  }
  const list = sorted.map(
    (notice) => `- ${titleOf(notice)}, ${notice.licence}${notice.within ? ` (within ${notice.within})` : ''}`,
  );
  const texts = [...byText].map(
    ([text, under]) => `${'='.repeat(78)}\n${under.map(titleOf).join('\n')}\n${'='.repeat(78)}\n\n${text}\n`,
  );
  return [
    'THIRD-PARTY NOTICES',
    '',
    'Runglass ships software of others, under licences of their own. Their texts follow the list.',
    'Written by "npm run notices" from what the bundles contain; not edited by hand.',
    '',
    ...list,
    '',
    ...texts,
  ].join('\n');
}

function titleOf({ name, version }: Notice): string {
  return version ? `${name} ${version}` : name;
}

/** The same text with another kind of line ends, or spaces at their ends, is the same licence. */
function normalized(text: string): string {
  const lines = text.replaceAll('\r\n', '\n').split('\n');
  return lines
    .map((line) => line.trimEnd())
    .join('\n')
    .replace(/^\n+|\n+$/g, '');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
