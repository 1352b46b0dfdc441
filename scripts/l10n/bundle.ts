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
