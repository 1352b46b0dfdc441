import { closeSync, existsSync, openSync, readSync } from 'node:fs';
import path from 'node:path';
import { escapeHtml } from '../../src/extension/dashboard/html.ts';
import { pictureName } from './pictures.ts';
import { type GalleryState, type Subject, subjects } from './states.ts';
import { type ThemeName, themeNames } from './themes.ts';

export interface Size {
  readonly width: number;
  readonly height: number;
}

interface Column {
  readonly theme: ThemeName;
  readonly width: number;
}

const titles: Readonly<Record<Subject, string>> = {
  ...{ screen: 'First screen', page: 'Whole page', sheet: 'Sheets' },
  ...{ usage: 'Usage and limits', plan: 'Plan', runs: 'Training runs', models: 'Models' },
  ...{ projects: 'Projects', activity: 'Activity' },
};

/**
 * The page that shows the pictures of a folder: by subject, a row per state, a column per theme and width. It works
 * from a file, without a script: what is shown is chosen by check boxes that style sheets read.
 */
export function indexPage(
  states: readonly GalleryState[],
  widths: readonly number[],
  problems: readonly string[],
  sizeOf: (file: string) => Size | null,
): string {
  const columns = themeNames.flatMap((theme) => widths.map((width) => ({ theme, width })));
  const parts = subjects.map((subject) => part(subject, states, columns, sizeOf)).filter(({ html }) => html);
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Runglass gallery</title>
<style>${styles(widths)}</style></head><body>
<header><h1>Gallery</h1>
<nav>${parts.map(({ subject }) => `<a href="#${subject}">${titles[subject]}</a>`).join(' ')}</nav>
<div>${[...themeNames, ...widths.map(String)].map(box).join(' ')}</div></header>
${problems.length > 0 ? `<section><h2>Problems</h2><ul>${problems.map((line) => `<li>${escapeHtml(line)}</li>`).join('')}</ul></section>` : ''}
${parts.map(({ html }) => html).join('\n')}
</body></html>
`;
}

function box(name: string): string {
  return `<label><input type="checkbox" id="show-${name}" checked> ${name}</label>`;
}

function part(
  subject: Subject,
  states: readonly GalleryState[],
  columns: readonly Column[],
  sizeOf: (file: string) => Size | null,
): { readonly subject: Subject; readonly html: string } {
  const rows = states
    .filter((state) => state.subjects.includes(subject))
    .map(({ name }) => row(subject, name, columns, sizeOf));
  const html = rows.some(Boolean)
    ? `<section id="${subject}"><h2>${titles[subject]}</h2>${rows.join('')}</section>`
    : '';
  return { subject, html };
}

function row(
  subject: Subject,
  state: string,
  columns: readonly Column[],
  sizeOf: (file: string) => Size | null,
): string {
  const pictures = columns.map(({ theme, width }) => {
    const file = pictureName(subject, state, theme, width);
    const size = sizeOf(file);
    if (!size) return '';
    const place = `data-theme="${theme}" data-width="${width}"`;
    const image = `<img loading="lazy" src="${file}" width="${size.width}" height="${size.height}" alt="${subject}, ${state}">`;
    return `<figure ${place}><a href="${file}">${image}</a><figcaption>${theme} ${width}</figcaption></figure>`;
  });
  if (!pictures.some(Boolean)) return '';
  return `<h3 id="${subject}-${state}">${state}</h3><div class="row">${pictures.join('')}</div>`;
}

function styles(widths: readonly number[]): string {
  const hide = (name: string, attribute: string): string =>
    `body:has(#show-${name}:not(:checked)) [data-${attribute}="${name}"] { display: none; }`;
  return `
body { margin: 0 16px 64px; background: #777; color: #fff; font: 13px/1.4 system-ui, sans-serif; }
header { position: sticky; top: 0; z-index: 1; margin: 0 -16px; padding: 8px 16px; background: #333; }
header > * { display: inline-block; margin: 0 24px 0 0; }
h1, h2 { font-size: 16px; } h3 { margin: 16px 0 4px; font-size: 13px; }
h2, h3 { scroll-margin-top: 48px; } a { color: inherit; } label { margin-right: 8px; }
.row { display: flex; gap: 12px; overflow-x: auto; align-items: flex-start; }
figure { flex: none; margin: 0; } figcaption { opacity: 0.8; }
img { display: block; max-width: 80vw; height: auto; }
${themeNames.map((name) => hide(name, 'theme')).join('\n')}
${widths.map((width) => hide(String(width), 'width')).join('\n')}
`;
}

/** Reads the size of PNG files of a folder; null where there is none. */
export function pictureSizes(folder: string): (file: string) => Size | null {
  return (file) => {
    const full = path.join(folder, file);
    if (!existsSync(full)) return null;
    const start = Buffer.alloc(24);
    const handle = openSync(full, 'r');
    try {
      readSync(handle, start, 0, 24, 0);
    } finally {
      closeSync(handle);
    }
    // A PNG begins with its signature and its header, which begins with width and height.
    return { width: start.readUInt32BE(16), height: start.readUInt32BE(20) };
  };
}
