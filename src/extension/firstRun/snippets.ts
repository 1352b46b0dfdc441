import { isLoopback } from '../../shared/loopback.ts';

/** In the order in which they are offered. */
export const languages = ['python', 'supabase-py', 'javascript', 'shell'] as const;
export type Language = (typeof languages)[number];

/** Where a run is logged to, and as whom. */
export interface SnippetTarget {
  readonly url: string;
  readonly publishableKey: string;
  readonly email: string;
  /** Of the local backend's own user; null for any other account, whose password never gets into a snippet. */
  readonly password: string | null;
}

/** The templates, in media/snippets. */
export const files: Readonly<Record<Language, string>> = {
  python: 'python.py',
  'supabase-py': 'supabase-py.py',
  javascript: 'javascript.mjs',
  shell: 'shell.sh',
};

/**
 * A line that ends like this is of the local backend only or of any other, or of a URL on this machine only or of any
 * other: curl and Python send even 127.0.0.1 through a proxy of the environment.
 */
const tag = / +(?:#|\/\/) @(local|remote|loopback|network)$/;

/** Fills in a template: a quoted `{{name}}` becomes the literal of that value in the template's language. */
export function fillSnippet(template: string, language: Language, target: SnippetTarget): string {
  const here = URL.canParse(target.url) && isLoopback(new URL(target.url).hostname);
  const kinds = [target.password === null ? 'remote' : 'local', here ? 'loopback' : 'network', undefined];
  const quote = language === 'shell' ? quoteForShell : quoteForCode;
  const values: Readonly<Record<string, string>> = { ...target, password: target.password ?? '' };
  return template
    .split('\n')
    .filter((line) => kinds.includes(tag.exec(line)?.[1]))
    .map((line) => line.replace(tag, ''))
    .join('\n')
    .replace(/(['"])\{\{(\w+)\}\}\1/g, (_, mark: string, name: string) => quote(values[name] ?? '', mark));
}

/** Characters that end a line, steer a terminal, or show a line other than it reads. */
const unseen = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** A string literal that Python and JavaScript read alike, in quotation marks `mark`. */
function quoteForCode(value: string, mark: string): string {
  const escaped = value.replace(/[\\'"]/g, (character) =>
    character === '\\' || character === mark ? `\\${character}` : character,
  );
  // Python takes a pair of surrogates for two characters: another value, but no way out of the quotation marks.
  return mark + escaped.replace(unseen, (character) => escapeUnits(character)) + mark;
}

function escapeUnits(character: string): string {
  return Array.from(
    { length: character.length },
    (_, n) => `\\u${character.charCodeAt(n).toString(16).padStart(4, '0')}`,
  ).join('');
}

/** One word of a shell; what cannot be seen is written in bytes, which every bash reads. */
function quoteForShell(value: string): string {
  if (value.search(unseen) < 0) return `'${value.replaceAll("'", "'\\''")}'`;
  const bytes = (text: string) =>
    [...Buffer.from(text)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
  return `$'${value.replace(/[\\']/g, '\\$&').replace(unseen, bytes)}'`;
}
