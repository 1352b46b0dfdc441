import { readFileSync } from 'node:fs';
import { lexer, type Token, type Tokens, walkTokens } from 'marked';

/** A page of the documentation, as Markdown says. */
export interface MarkdownPage {
  /** Where links and pictures lead, as written. */
  readonly links: readonly string[];
  readonly pictures: readonly string[];
  /** What a link may name after `#`, as GitHub makes it from headings. */
  readonly anchors: ReadonlySet<string>;
  /** Rows of all tables, without their heads; cells as written. */
  readonly rows: readonly (readonly string[])[];
}

export function readPage(file: string): MarkdownPage {
  const links: string[] = [];
  const pictures: string[] = [];
  const anchors = new Set<string>();
  const rows: string[][] = [];
  walkTokens(lexer(readFileSync(file, 'utf8')), (token: Token) => {
    if (token.type === 'link') links.push(token.href);
    if (token.type === 'image') pictures.push(token.href);
    if (token.type === 'heading') anchors.add(anchorOf(token.text, anchors));
    if (token.type === 'table')
      rows.push(...(token as Tokens.Table).rows.map((row) => row.map(({ text }) => text)));
  });
  return { links, pictures, anchors, rows };
}

/** The same heading again gets a number. */
function anchorOf(heading: string, taken: ReadonlySet<string>): string {
  const name = heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(/\s/g, '-');
  let anchor = name;
  for (let n = 1; taken.has(anchor); n += 1) anchor = `${name}-${n}`;
  return anchor;
}
