import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { readmeFolder, readmePictures, workbenchPicture } from '../../../scripts/gallery/readme.ts';
import { galleryStates } from '../../../scripts/gallery/states.ts';
import { type MarkdownPage, readPage } from './pages.ts';

const files = globSync(['*.md', '{docs,examples,bench,supabase}/**/*.md']);
const pages = new Map<string, MarkdownPage>(files.map((file) => [file, readPage(file)]));

/** Why a link of `from` leads nowhere, or null; those to other hosts are not followed. */
function fault(from: string, link: string): string | null {
  if (/^[a-z][a-z+.-]*:/i.test(link)) return null;
  const [place = '', anchor] = link.split('#');
  const file = place === '' ? from : path.join(path.dirname(from), place);
  if (!existsSync(file)) return `${from}: there is no ${file}`;
  if (anchor === undefined || pages.get(file)?.anchors.has(anchor)) return null;
  return `${from}: ${file} has no heading for #${anchor}`;
}

describe('the pages of the documentation', () => {
  it('link to files and headings that there are', () => {
    assert.ok(files.includes('README.md') && files.includes(path.join('docs', 'PRIVACY.md')));
    const faults = [...pages].flatMap(([file, { links, pictures }]) =>
      [...links, ...pictures].map((link) => fault(file, link)),
    );
    assert.deepEqual(
      faults.filter((found) => found !== null),
      [],
    );
  });

  it('are all to be found from README.md', () => {
    const found = new Set(['README.md']);
    for (const file of found)
      for (const link of pages.get(file)?.links ?? []) {
        const target = path.join(path.dirname(file), link.split('#')[0] ?? '');
        if (pages.has(target)) found.add(target);
      }
    assert.deepEqual(
      files.filter((file) => !found.has(file)),
      [],
    );
  });
});

describe('README.md', () => {
  it('names the version of VS Code that it needs, and that of the package', () => {
    const { engines, name, version } = JSON.parse(readFileSync('package.json', 'utf8'));
    const text = readFileSync('README.md', 'utf8').replaceAll('\n', ' ');
    const [, needed = ''] = /^\^(\d+\.\d+)\.0$/.exec(engines.vscode) ?? [];
    assert.ok(text.includes(`VS Code ${needed} or newer`), needed);
    assert.ok(text.includes(`${name}-${version}.vsix`), version);
  });
});

describe('the pictures of README.md', () => {
  const made = [...readmePictures.map(({ file }) => file), workbenchPicture].map((name) =>
    path.posix.join(readmeFolder, name),
  );

  it('are those that npm run gallery -- --readme takes, all of them', () => {
    assert.deepEqual([...(pages.get('README.md')?.pictures ?? [])].toSorted(), made.toSorted());
    assert.deepEqual(globSync(`${readmeFolder}/*`).toSorted(), made.map(path.normalize).toSorted());
  });

  it('show states that the gallery has', () => {
    const states = new Set(galleryStates().map(({ name }) => name));
    for (const { state } of readmePictures) assert.ok(states.has(state), state);
  });
});
