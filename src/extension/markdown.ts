import { isolated } from '../shared/bidi.ts';
import { isUnseen } from '../shared/unseen.ts';

/** `text` as one line of Markdown that shows it and means nothing, at most `length` characters and their escapes. */
export function escapeMarkdown(text: string, length = 240): string {
  return oneLine(text, length).replace(/[\\`*_{}[\]()#+\-.!|<>~$&:@]/g, '\\$&');
}

/** Signs that turn the direction or are not seen; not the joiners, which shape words and emoji. A BOM is one of `blank`. */
const unseen = /(?!\u200c|\u200d|\u2068|\u2069|\ufeff)\p{Cf}/gu;
/** Control characters, breaks and halves of surrogate pairs. */
const blank = /[\p{Cc}\p{Cs}\s]+/gu;

/**
 * `text` without control characters, signs that turn its direction and breaks, at most `length` characters; empty when nothing
 * of it can be seen. What is written from the right is isolated, so that the words around it stay in their order. Signs that
 * it takes out may have parted others: `withoutLinks` and `withoutIcons` come after it.
 */
export function oneLine(text: string, length = 240): string {
  // A megabyte is not looked through for its first words.
  const clean = text.slice(0, 2_000).replace(unseen, '').replace(blank, ' ').trim();
  if (isUnseen(clean)) return '';
  const isLong = clean.length > length;
  // Half of a pair of surrogates is no character.
  const head = isLong ? `${clean.slice(0, length - 1).replace(/[\ud800-\udbff]$/, '')}…` : clean;
  return isolated(balanced(head));
}

/** Every isolate that is opened is closed, and none is closed twice: so it ends with `text`, whoever wrote it. */
function balanced(text: string): string {
  let open = 0;
  const kept = text.replace(/[\u2068\u2069]/g, (sign) => {
    if (sign === '\u2069' && open === 0) return '';
    open += sign === '\u2068' ? 1 : -1;
    return sign;
  });
  return kept + '\u2069'.repeat(open);
}

/** `text` for a label in which `$(name)` would draw an icon: of the status bar, of a quick pick. */
export function withoutIcons(text: string): string {
  return text.replace(/\$+\(/g, '(');
}
