import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { DisplayLanguage } from '../../src/extension/displayLanguage.ts';
import { pseudo, pseudoLocale } from '../../test/support/pseudo.ts';
import { sourceWords } from '../l10n/run.ts';
import { projectRoot } from '../vscodeHost/project.ts';
import { english } from './server.ts';

/** Words that are longer than English ones, in letters of their own. */
export const pseudoLanguage = 'pseudo';

/** What the page is served with: English, a language of `l10n/`, or the pseudo language; throws when there is no such. */
export function readLanguage(name: string): DisplayLanguage {
  if (name === 'en') return english;
  if (name === pseudoLanguage) {
    const words = sourceWords().messages.map((message) => [message, pseudo(message)]);
    return { locale: pseudoLocale, translations: Object.fromEntries(words) };
  }
  const file = path.join(projectRoot, 'l10n', `bundle.l10n.${name}.json`);
  if (!existsSync(file)) throw new Error(`--language: there are no words of "${name}" in l10n/.`);
  return { locale: name, translations: JSON.parse(readFileSync(file, 'utf8')) };
}
