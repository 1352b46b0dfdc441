import { marked, type Token, type Tokens } from 'marked';

/**
 * Markdown of this project as the page of an extension can show it that names no repository: VS Code looks for the target
 * of a relative picture or link nowhere, so pictures are left out, and of links their words stay.
 */
export function withoutRelativeTargets(markdown: string): string {
  let page = '';
  let rest = markdown;
  for (const token of outermost(marked.lexer(markdown))) {
    const found = patternOf(token.raw).exec(rest);
    if (!found) continue;
    page += rest.slice(0, found.index) + (isCode(token) ? found[0] : shownOf(token));
    rest = rest.slice(found.index + found[0].length);
    // A picture alone leaves no empty paragraph.
    if (/(^|\n)$/.test(page)) rest = rest.replace(/^\n+/, '');
  }
  return page + rest;
}

/** Links and pictures, and the code that only looks like them, in the order of the page; nothing that is within one. */
function outermost(tokens: Token[]): readonly Token[] {
  const found: Token[] = [];
  const within = new Set<Token>();
  marked.walkTokens(tokens, (token) => {
    if (within.has(token) || !(isCode(token) || isLink(token) || isPicture(token))) return;
    found.push(token);
    if (isLink(token)) marked.walkTokens(token.tokens, (inner) => void within.add(inner));
  });
  return found;
}

/** What stays of a link, a picture, or what is within a link. */
function shownOf(token: Token): string {
  const led = isLink(token) || isPicture(token) ? /^(https?:|mailto:|#)/.test(token.href) : true;
  if (isPicture(token)) return led ? token.raw : '';
  return led ? token.raw : (token as Tokens.Link).tokens.map(shownOf).join('');
}

/** The text of a token in the page: the lexer takes indentation and the marks of quotations out of its lines. */
function patternOf(raw: string): RegExp {
  const words = raw.split(/\s+/).map((word) => word.replace(/[^\w]/g, '\\$&'));
  return new RegExp(words.join('[\\s>]+'));
}

function isCode({ type }: Token): boolean {
  return type === 'code' || type === 'codespan';
}

function isLink(token: Token): token is Tokens.Link {
  return token.type === 'link';
}

function isPicture(token: Token): token is Tokens.Image {
  return token.type === 'image';
}
