import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../vscodeHost/project.ts';
import type { BundledPackage } from './bundled.ts';
import type { EmbeddedParts } from './embedded.ts';
import type { Notice } from './notices.ts';

const texts = path.join(projectRoot, 'scripts/notices/texts');

/**
 * What ships with packages: they, and what is embedded in them. Faults are sentences about what nobody has looked at:
 * another version of a package that has parts, and a part that its source maps tell of and the list does not.
 */
export function shippedWith(
  packages: readonly BundledPackage[],
  embedded: Readonly<Record<string, EmbeddedParts>>,
): { readonly notices: readonly Notice[]; readonly faults: readonly string[] } {
  // A package that is in two folders in one version is told of once.
  const notices = new Map(packages.map((found) => [`${found.name} ${found.version}`, noticeOf(found)]));
  const names = new Set(packages.map(({ name }) => name));
  const faults: string[] = [];
  for (const { name, version, inlined } of packages) {
    const { lookedAt, parts = [] } = embedded[name] ?? {};
    const known = new Set([...names, ...parts.map((part) => part.name)]);
    const unknown = inlined.filter((part) => !known.has(part));
    if (unknown.length > 0)
      faults.push(`${name} ${version} is bundled with ${unknown.join(', ')}: list them in ${list}.`);
    if (lookedAt && lookedAt !== version)
      faults.push(`${name} is ${version} now, not ${lookedAt}: look at what is in it and say so in ${list}.`);
    for (const part of parts) notices.set(`${name}/${part.name}`, { ...part, text: readText(part.text) });
  }
  for (const name of Object.keys(embedded).filter((name) => !names.has(name)))
    faults.push(`${name} does not ship any more: take it out of ${list}.`);
  return { notices: [...notices.values()], faults };
}

const list = 'scripts/notices/embedded.ts';

function noticeOf({ name, version, folder }: BundledPackage): Notice {
  const { license } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
  const files = readdirSync(folder).sort();
  const read = (pattern: RegExp) =>
    files.filter((file) => pattern.test(file)).map((file) => readFileSync(path.join(folder, file), 'utf8'));
  const licences = read(/^(licen[cs]e|copying)\b/i);
  // Apache-2.0 asks for the NOTICE of who has one.
  const text = licences.length > 0 ? [...licences, ...read(/^notice\b/i)].join('\n\n') : null;
  return { name, version, licence: typeof license === 'string' ? license : '', text };
}

function readText(name: string): string {
  return readFileSync(path.join(texts, `${name}.txt`), 'utf8');
}
