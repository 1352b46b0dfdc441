import { env, l10n } from 'vscode';
import { setTranslations } from '../shared/l10n.ts';

/** What the window speaks. */
export interface DisplayLanguage {
  /** BCP 47, for words and numbers alike: English where we have no words in the editor's language. */
  readonly locale: string;
  /** For the page, which translates by itself; none for English. */
  readonly translations: Readonly<Record<string, string>> | undefined;
}

/** Sets the language of all words to the one that VS Code has loaded for us, and tells which. */
export function applyDisplayLanguage(): DisplayLanguage {
  const { language } = env;
  const translations = l10n.bundle;
  const locale = translations || /^en\b/i.test(language) ? language : 'en';
  setTranslations(translations, locale);
  return { locale, translations };
}
