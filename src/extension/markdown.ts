/** `text` as one line of Markdown that shows it and means nothing, at most `length` characters. */
export function escapeMarkdown(text: string, length = 240): string {
  return oneLine(text, length).replace(/[\\`*_{}[\]()#+\-.!|<>~$&:@]/g, '\\$&');
}

/** `text` without control characters, signs that turn its direction and breaks, at most `length` characters. */
export function oneLine(text: string, length = 240): string {
  // A megabyte is not looked through for its first words.
  const clean = text
    .slice(0, 2_000)
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim();
  return clean.length > length ? `${clean.slice(0, length - 1)}…` : clean;
}

/** `text` for a label in which `$(name)` would draw an icon: of the status bar, of a quick pick. */
export function withoutIcons(text: string): string {
  return text.replace(/\$+\(/g, '(');
}
