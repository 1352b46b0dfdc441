import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Profile } from './profile.ts';

/**
 * Lets VS Code believe that a language pack of `language` (BCP 47) is installed, without which it stays English: the
 * register of its packs, with one that translates nothing of VS Code itself.
 */
export function writeLanguagePack(profile: Profile, language: string): void {
  const words = path.join(profile.root, 'words.json');
  writeFileSync(words, JSON.stringify({ version: '1.0.0', contents: {} }));
  const pack = {
    hash: 'runglass',
    extensions: [{ extensionIdentifier: { id: 'runglass.words' }, version: '1.0.0' }],
    translations: { vscode: words },
    label: language,
  };
  mkdirSync(profile.userData, { recursive: true });
  writeFileSync(path.join(profile.userData, 'languagepacks.json'), JSON.stringify({ [language]: pack }));
}
