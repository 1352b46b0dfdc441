import { isolated } from './bidi.ts';

/**
 * The words of both sides in the display language. Their English is written where they are used and is the key of their
 * translation, as with `vscode.l10n`, whose bundles (`l10n/bundle.l10n.<language>.json`) are read. The language is set
 * once, before anything is said: nothing may be translated while a module is loaded (`npm run l10n -- --check`).
 */

/** Translation by English words; an empty one counts as missing. */
export type Translations = Readonly<Record<string, string>>;

/** The one that is a plain row of commas in English: `a, b, c`, and `a, b und c` in German. */
const listStyle = { type: 'conjunction', style: 'narrow' } as const;
const numberStyle = { maximumFractionDigits: 1 } as const;

let translations: Translations = {};
let pluralRules = new Intl.PluralRules('en');
let names = new Intl.Collator('en', { numeric: true });
let numbers = new Intl.NumberFormat('en', numberStyle);
let lists = new Intl.ListFormat('en', listStyle);

/** Speaks the language (BCP 47) of `bundle` from now on, or English without one. */
export function setTranslations(bundle: Translations | undefined, language: string): void {
  translations = bundle ?? {};
  const spoken = bundle ? language : 'en';
  pluralRules = new Intl.PluralRules(spoken);
  names = new Intl.Collator(spoken, { numeric: true });
  numbers = new Intl.NumberFormat(spoken, numberStyle);
  lists = new Intl.ListFormat(spoken, listStyle);
}

/**
 * What a placeholder stands for. A text that is written from the right is isolated. A number is put in as it is, as a code
 * or a version; amounts come from `Formats`.
 */
export type Argument = string | number;

/** `message` in the display language, with `args` for its `{0}`, `{1}`. */
export function t(message: string, ...args: readonly Argument[]): string {
  return fill(translationOf(message) ?? message, args);
}

/**
 * Words that depend on a count: `plural(n, '{0} run', '{0} runs', formats.number(n))`. A language with more forms than
 * these two has the others under the last, with the category of `Intl.PluralRules` behind a slash: `{0} runs/few`.
 */
export function plural(count: number, one: string, other: string, ...args: readonly Argument[]): string {
  const category = pluralRules.select(count);
  const message = category === 'one' ? one : other;
  return fill(translationOf(`${other}/${category}`) ?? translationOf(message) ?? message, args);
}

/** The parts of `message` in order, with things that are not text (elements of the page) for `{0}`, `{1}`. */
export function rich<T>(message: string, ...args: readonly T[]): (string | T)[] {
  return (translationOf(message) ?? message)
    .split(placeholder)
    .map((part, i) => (i % 2 === 0 ? part : (args[Number(part)] ?? '')))
    .filter((part) => part !== '');
}

/** `1,234.5` with one decimal at most, where there is no `Formats` at hand. */
export function numberWords(value: number): string {
  return numbers.format(value);
}

/** The order of names as the display language has it, `run-2` before `run-10`. */
export function compareNames(a: string, b: string): number {
  return names.compare(a, b);
}

/** `tokens, requests, storage`, as the display language writes a list that is whole. */
export function listWords(parts: readonly string[]): string {
  return lists.format(parts);
}

const placeholder = /\{(\d+)\}/;
const placeholders = new RegExp(placeholder, 'g');

function fill(message: string, args: readonly Argument[]): string {
  return message.replace(placeholders, (whole, index) => isolated(String(args[index] ?? whole)));
}

function translationOf(message: string): string | undefined {
  return (Object.hasOwn(translations, message) && translations[message]) || undefined;
}
