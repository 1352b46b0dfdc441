/**
 * The words of both sides in the display language. Their English is written where they are used and is the key of their
 * translation, as with `vscode.l10n`, whose bundles (`l10n/bundle.l10n.<language>.json`) are read. The language is set
 * once, before anything is said: nothing may be translated while a module is loaded (`npm run l10n -- --check`).
 */

/** Translation by English words; an empty one counts as missing. */
export type Translations = Readonly<Record<string, string>>;

let translations: Translations = {};
let pluralRules = new Intl.PluralRules('en');

/** Speaks the language (BCP 47) of `bundle` from now on, or English without one. */
export function setTranslations(bundle: Translations | undefined, language: string): void {
  translations = bundle ?? {};
  pluralRules = new Intl.PluralRules(bundle ? language : 'en');
}

/** What a placeholder stands for. A number is put in as it is, as a code or a version; amounts come from `Formats`. */
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

const placeholder = /\{(\d+)\}/;
const placeholders = new RegExp(placeholder, 'g');

function fill(message: string, args: readonly Argument[]): string {
  return message.replace(placeholders, (whole, index) => String(args[index] ?? whole));
}

function translationOf(message: string): string | undefined {
  return (Object.hasOwn(translations, message) && translations[message]) || undefined;
}
