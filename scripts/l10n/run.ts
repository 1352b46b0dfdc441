import { globSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readOptions } from '../options.mjs';
import { projectRoot } from '../vscodeHost/project.ts';
import { aligned, type Bundle, bundleFaults, commandTitles, misquoted } from './bundle.ts';
import { readWords } from './words.ts';

/** The two kinds of translations: of our code, and of package.json. */
interface Kind {
  readonly files: string;
  /** English by key. */
  readonly source: Bundle;
}

/** `npm run l10n`; the exit status. */
export function runL10n(args: readonly string[]): number {
  const options = readOptions({ check: { type: 'boolean' } }, args);
  const { messages, faults } = sourceWords();
  const kinds: readonly Kind[] = [
    { files: 'l10n/bundle.l10n.*.json', source: Object.fromEntries(messages.map((key) => [key, key])) },
    { files: 'package.nls.*.json', source: readBundle('package.nls.json') },
  ];
  for (const { files, source } of kinds)
    for (const file of globSync(files, { cwd: projectRoot })) {
      if (!options.check) align(file, Object.keys(source));
      faults.push(...bundleFaults(readBundle(file), source).map((fault) => `${file}: ${fault}`));
    }
  faults.push(...manifestFaults(), ...quoteFaults());
  for (const fault of faults) console.error(`✘ ${fault}`);
  console.log(`${messages.length} messages, ${faults.length} faults`);
  return faults.length === 0 ? 0 : 1;
}

/** What the extension and its page say; the backend's process talks to logs, in English. */
export function sourceWords(): { readonly messages: readonly string[]; readonly faults: string[] } {
  const messages = new Set<string>();
  const faults: string[] = [];
  for (const file of globSync('src/{extension,shared,webview}/**/*.{ts,tsx}', { cwd: projectRoot }).sort()) {
    const words = readWords(readFileSync(path.join(projectRoot, file), 'utf8'), file);
    for (const message of words.messages) messages.add(message);
    faults.push(...words.faults.map((fault) => `${file}: ${fault}`));
  }
  return { messages: [...messages].sort(), faults };
}

/** Keys that package.json names and package.nls.json lacks, and the other way round. */
function manifestFaults(): string[] {
  const manifest = readFileSync(path.join(projectRoot, 'package.json'), 'utf8');
  const named = new Set([...manifest.matchAll(/"%([^"%]+)%"/g)].map(([, key = '']) => key));
  const words = readBundle('package.nls.json');
  return [
    ...[...named].filter((key) => !Object.hasOwn(words, key)).map((key) => `package.nls.json: no "${key}"`),
    ...Object.keys(words)
      .filter((key) => !named.has(key))
      .map((key) => `package.nls.json: "${key}" is used nowhere`),
  ];
}

/** Commands that messages and settings quote, which must be called there as the palette calls them. */
function quoteFaults(): string[] {
  return globSync('package.nls.*.json', { cwd: projectRoot }).flatMap((file) => {
    const [, language = ''] = /package\.nls\.(.+)\.json/.exec(file) ?? [];
    const [english, titles] = [readBundle('package.nls.json'), readBundle(file)];
    const bundle = readBundle(`l10n/bundle.l10n.${language}.json`);
    const messages = Object.entries(bundle);
    const described = Object.entries(titles).map(([key, text]) => [english[key] ?? '', text] as const);
    return misquoted([...messages, ...described], commandTitles(english), commandTitles(titles)).map(
      (fault) => `${language}: ${fault}`,
    );
  });
}

function align(file: string, keys: readonly string[]): void {
  const text = `${JSON.stringify(aligned(readBundle(file), keys), null, 2)}\n`;
  writeFileSync(path.join(projectRoot, file), text);
}

function readBundle(file: string): Bundle {
  return JSON.parse(readFileSync(path.join(projectRoot, file), 'utf8')) as Bundle;
}
