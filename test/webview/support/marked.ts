import { setTranslations } from '../../../src/shared/l10n.ts';

/** Attributes that people see or hear. */
const seen = ['title', 'aria-label', 'aria-description', 'placeholder', 'alt', 'label'];
/** What is no language, and what stands in an element that has no text of its own. */
const verbatim = 'code, kbd, style, pre';
/** Words that `Intl` writes. */
const formatted =
  /\b(?:\d+[smhd]|ago|now|AM|PM|[kMG]B|bytes?|ms|yesterday|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|Nov|today|e-?\d+)\b/gi;

/** From now on every message stands in brackets, `⟦5 runs⟧`, until `setTranslations` says otherwise. */
export function markTranslations(): void {
  const marked = new Proxy<Record<string, string>>(
    {},
    {
      get: (_target, key) => `⟦${String(key)}⟧`,
      getOwnPropertyDescriptor: (_target, key) =>
        /\/(?:one|other)$/.test(String(key))
          ? undefined
          : { value: `⟦${String(key)}⟧`, configurable: true, enumerable: true },
    },
  );
  setTranslations(marked, 'en');
}

/** Words outside the brackets in texts and attributes below `root`; `data` matches what comes from rows. */
export function unmarked(root: Element, data = /$^/g): string[] {
  const copy = root.cloneNode(true) as Element;
  for (const element of copy.querySelectorAll(verbatim)) element.remove();
  const texts = [copy, ...copy.querySelectorAll('*')].flatMap((element) =>
    seen.flatMap((name) => element.getAttribute(name) ?? []),
  );
  // Words of neighbours are kept apart, also where only the layout does it.
  for (const element of copy.querySelectorAll('*')) element.append(' ');
  return [...texts, copy.textContent ?? ''].flatMap(
    (text) =>
      outside(text)
        .replace(formatted, '')
        .replace(data, '')
        .match(/\p{L}{2,}(?:[\s-]+\p{L}+)*/gu) ?? [],
  );
}

/** What stands in no bracket. */
function outside(text: string): string {
  let depth = 0;
  let found = '';
  for (const char of text) {
    if (char === '⟦') depth += 1;
    if (depth === 0) found += char;
    if (char === '⟧') depth -= 1;
  }
  return found;
}
