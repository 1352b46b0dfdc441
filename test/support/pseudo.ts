import type { Translations } from '../../src/shared/l10n.ts';
import { metricName, statusName } from '../../src/shared/names.ts';
import type { PageState } from '../fixtures/sectionStates.ts';

/**
 * A language in which every translated word has letters of its own: what is left in plain ones was never translated, or
 * is data. Words grow by a third, as those of most languages do against English ones.
 */

/** Its numbers, dates and units have no Latin letters either (`Intl`). */
export const pseudoLocale = 'ru';

const letters: Readonly<Record<string, string>> = Object.fromEntries(
  [...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'].map((letter, i) => [
    letter,
    [...'áƀçđéƒǵĥíĵķĺɱñóþɋŕšţúṽŵẋýžÁɃÇĐÉƑǴĤÍĴĶĹṀÑÓÞɊŔŠŢÚṼŴẊÝŽ'][i] ?? letter,
  ]),
);

/** `Words of {0}` → `⟦Ŵóŕđšš óƒ {0}⟧`. */
export function pseudo(message: string): string {
  const parts = message.split(/(\{\d+\})/);
  return `⟦${parts.map((part, i) => (i % 2 === 0 ? lengthened(part) : part)).join('')}⟧`;
}

/** Each third letter twice. */
function lengthened(text: string): string {
  let count = 0;
  return text.replace(/[a-z]/gi, (letter) => (letters[letter] ?? letter).repeat(count++ % 3 === 2 ? 2 : 1));
}

const pluralForm = /\/(?:zero|one|two|few|many|other)$/;

/** A translation for each message there may be, with English plural forms. */
export const pseudoTranslations: Translations = new Proxy<Record<string, string>>(
  {},
  {
    get: (_, key) => pseudo(String(key)),
    getOwnPropertyDescriptor: (_, key) =>
      pluralForm.test(String(key)) ? undefined : { value: pseudo(String(key)), configurable: true },
  },
);

/** A text of the page and the place where it stands. */
export interface Said {
  readonly text: string;
  readonly where: string;
}

/** What people see or hear of the document in plain letters, except code; runs in the page and knows nothing else. */
export function readTexts(): Said[] {
  const texts: Said[] = [];
  const verbatim = 'code, kbd, pre, style, script, [translate=no]';
  const attributes = [
    'title',
    'aria-label',
    'aria-description',
    'aria-valuetext',
    'placeholder',
    'alt',
    'label',
  ];
  const placeOf = (element: Element): string => {
    const section =
      element.closest('[data-section]')?.getAttribute('data-section') ?? element.closest('dialog')?.tagName;
    const name = element.getAttribute('class')?.trim().replaceAll(/\s+/g, '.') ?? '';
    return `${section ?? 'page'}: ${element.tagName.toLowerCase()}${name ? `.${name}` : ''}`;
  };
  for (const element of [...document.body.querySelectorAll('*')]) {
    const found: [text: string | null, at: string][] = [
      ...[...element.childNodes].map((node): [string | null, string] => [
        node.nodeType === 3 ? node.textContent : null,
        '',
      ]),
      ...attributes.map((name): [string | null, string] => [element.getAttribute(name), `[${name}]`]),
    ];
    for (const [text, at] of found)
      if (text && /[A-Za-z]{2}/.test(text) && !element.closest(verbatim))
        texts.push({ text: text.trim(), where: `${placeOf(element)}${at}` });
  }
  return texts;
}

/** What is the same in every language: names, and values of JSON. */
const names = new Set(['Runglass', 'UTC', 'CSV', 'PNG', 'JSON', 'true', 'false', 'null']);

/** The texts with words that are neither translated nor `known`, each place once. */
export function untranslated(texts: readonly Said[], known: ReadonlySet<string>): string[] {
  const faults = texts.flatMap(({ text, where }) => {
    const left = (text.match(/[A-Za-z]{2,}…?/g) ?? []).filter((word) => !isKnown(word, known));
    return left.length > 0
      ? [`${where}: ${JSON.stringify(text.slice(0, 100))} (${left.slice(0, 5).join(', ')})`]
      : [];
  });
  return [...new Set(faults)];
}

function isKnown(word: string, known: ReadonlySet<string>): boolean {
  if (!word.endsWith('…')) return names.has(word) || known.has(word);
  const start = word.slice(0, -1);
  return known.has(start) || [...known].some((whole) => whole.startsWith(start));
}

/** Words of what the page is given, as they are and as names that nobody knows are told. */
export function dataWords({
  snapshot,
  answers,
  details,
  savedState,
  ownEvents,
  broken,
}: PageState): ReadonlySet<string> {
  const words = new Set<string>();
  const seen = new Set<string>();
  const add = (text: string): void => {
    if (seen.has(text)) return;
    seen.add(text);
    for (const word of `${text} ${metricName(text)}`.match(/[A-Za-z]{2,}/g) ?? []) words.add(word);
  };
  const addAll = (value: unknown, named: boolean): void => {
    if (typeof value === 'string') add(value);
    else if (typeof value === 'object' && value !== null)
      for (const [key, part] of Object.entries(value)) {
        if (named) add(key);
        addAll(part, named);
      }
  };
  // Names of columns and states are ours: the page has words for them.
  for (const row of Object.values<readonly object[]>(snapshot?.tables ?? {}).flat())
    for (const [column, value] of Object.entries(row))
      addAll(column === 'status' ? statusName(String(value)) : value, true);
  addAll(answers, true);
  addAll([snapshot?.status, details, savedState, ownEvents], false);
  // The words of an error are for developers.
  addAll(broken && ['cannot read the field', broken], true);
  return words;
}
