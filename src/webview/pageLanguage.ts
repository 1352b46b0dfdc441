import { setTranslations, type Translations } from '../shared/l10n.ts';

/** Takes the language and its words from the page as the host made it (`extension/dashboard/html.ts`); BCP 47. */
export function applyPageLanguage(page: Document): string {
  const locale = page.documentElement.lang;
  const words = page.getElementById('translations')?.textContent;
  setTranslations(words ? (JSON.parse(words) as Translations) : undefined, locale);
  return locale;
}
