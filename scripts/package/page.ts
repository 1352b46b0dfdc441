const picture = /^!\[[^\]]*\]\((?!https:)[^)\s]+\)\n+/gm;
const link = /\[([^\]]+)\]\((?!https?:|#)[^)\s]+\)/g;

/**
 * Markdown of this project as the page of an extension can show it that names no repository: VS Code looks for the target
 * of a relative picture or link nowhere, so pictures are left out, and of links their words stay.
 */
export function withoutRelativeTargets(markdown: string): string {
  return markdown.replaceAll(picture, '').replaceAll(link, '$1');
}
