/** A bundle of `l10n/`, or a `package.nls.<language>.json`: translations by key. */
export type Bundle = Readonly<Record<string, string>>;

/** `bundle` with a place for every key and nothing besides, in the order of the keys. */
export function aligned(bundle: Bundle, keys: readonly string[]): Bundle {
  const forms = Object.keys(bundle).filter((key) => isForm(key, keys));
  return Object.fromEntries([...keys, ...forms].sort().map((key) => [key, bundle[key] ?? '']));
}

/** A further plural form of a message: `{0} runs/few`. */
function isForm(key: string, keys: readonly string[]): boolean {
  const [, message] = /^(.*)\/(?:zero|one|two|few|many)$/s.exec(key) ?? [];
  return message !== undefined && keys.includes(message);
}

/** What is wrong with the translations of `source`, English by key. */
export function bundleFaults(bundle: Bundle, source: Bundle): string[] {
  const keys = Object.keys(source);
  return [
    ...keys.filter((key) => !bundle[key]).map((key) => `${JSON.stringify(key)} is not translated`),
    ...Object.keys(bundle)
      .filter((key) => !Object.hasOwn(source, key) && !isForm(key, keys))
      .map((key) => `${JSON.stringify(key)} is said nowhere`),
    ...keys
      .filter((key) => bundle[key] && marksOf(bundle[key]) !== marksOf(source[key] ?? ''))
      .map((key) => `${JSON.stringify(key)}: ${JSON.stringify(bundle[key])} has other placeholders or links`),
  ];
}

/** What a translation must keep: placeholders, icons, and links to commands and settings. */
function marksOf(text: string): string {
  return (text.match(/\{\d+\}|\$\([\w-]+\)|\(command:[^)]+\)|`#?[^`]+`/g) ?? []).sort().join(' ');
}

/** Titles of commands by key, without the dots that say that they ask. */
export function commandTitles(words: Bundle): Bundle {
  const commands = Object.entries(words).filter(([key]) => key.startsWith('command.'));
  return Object.fromEntries(commands.map(([key, title]) => [key, title.replace(/…$/, '')]));
}

/**
 * Translations, as pairs of English and its translation, that call a command otherwise than its title: those that quote
 * one (`Runglass: Sign In`), and buttons and links that have its very words.
 */
export function misquoted(
  texts: readonly (readonly [english: string, translation: string])[],
  english: Bundle,
  translated: Bundle,
): string[] {
  return Object.entries(english).flatMap(([key, title]) => {
    const name = translated[key] ?? '';
    return texts
      .filter(([text, said]) => said !== '' && !said.includes(name) && quotes(text, title))
      .map(
        ([text, said]) =>
          `${JSON.stringify(text)}: ${JSON.stringify(said)} does not say ${JSON.stringify(name)}`,
      );
  });
}

function quotes(text: string, title: string): boolean {
  const own = [title, `${title}…`];
  return (
    own.includes(text) ||
    own.some((words) => text.includes(`[${words}](command:`)) ||
    endsTitle(text, `Runglass: ${title}`)
  );
}

/** The title stands there, and is not the beginning of another. */
function endsTitle(text: string, title: string): boolean {
  const at = text.indexOf(title);
  return at >= 0 && !/^[\p{L} ]/u.test(text.slice(at + title.length));
}
