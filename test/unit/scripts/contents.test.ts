import assert from 'node:assert/strict';
import { globSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { backendFiles } from '../../../scripts/buildTemplate.mjs';
import { contentFaults } from '../../../scripts/package/contents.ts';

describe('what a package must hold', () => {
  let root: string;
  let files: string[];

  /** A built project as small as can be. */
  const project: Readonly<Record<string, string>> = {
    'package.json': JSON.stringify({
      main: './dist/extension.js',
      icon: 'media/icon.png',
      contributes: { views: { runglass: [{ icon: 'media/views/bar.svg' }] } },
    }),
    'README.md': '',
    'CHANGELOG.md': '',
    LICENSE: '',
    'THIRD_PARTY_NOTICES.txt': '',
    'package.nls.json': '{}',
    'l10n/bundle.l10n.de.json': '{}',
    'media/icon.png': '',
    'media/views/bar.svg': '',
    'media/snippets/log.py': '',
    'supabase/migrations/0001_tables.sql': '',
    'dist/extension.js': 'import{a}from"./chunk-A.js";const b=()=>import("./chunk-B.js");',
    'dist/chunk-A.js': 'export{c}from"./chunk-D.js";',
    'dist/chunk-B.js': '',
    'dist/chunk-D.js': '',
    'dist/webview/dashboard.js': 'import"./chunk-C.js";',
    'dist/webview/chunk-C.js': '',
    'dist/webview/dashboard.css': '',
    'dist/backend/main.js': '',
    'dist/backend/remove.sql': '',
    'dist/backend/migrations/0001_tables.sql': '',
    ...Object.fromEntries(backendFiles.map((name) => [`dist/backend/${name}`, ''])),
  };

  beforeEach(() => {
    root = mkdtempSync(path.join(os.tmpdir(), 'rg-package-'));
    for (const [name, text] of Object.entries(project)) {
      mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
      writeFileSync(path.join(root, name), text);
    }
    const all = globSync('**/*.*', { cwd: root }).filter((name) => !name.startsWith('supabase'));
    files = [...all, 'LICENSE'];
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it('finds no fault when all of it is there, and nothing else', () => {
    assert.deepEqual(contentFaults(files, root), []);
  });

  it('names each file that is left out: what is imported, named, read or drawn', () => {
    for (const name of files) {
      const left = files.filter((file) => file !== name);
      const wanted = `lacks ${name.replaceAll('\\', '/')}, which the extension needs when it runs`;
      assert.deepEqual(contentFaults(left, root), [wanted]);
    }
  });

  for (const name of [
    'dist/extension.js.map',
    'dist/chunk-left.js',
    'dist/webview/chunk-left.js',
    'dist/backend/seed.sql',
    'dist/backend/vector.tar.gz',
    'dist/backend/node_fs.wasm',
    'media/icon.svg',
    'media/readme/dashboard.png',
    'src/extension/extension.ts',
    'out/test/unit/rows.test.js',
    'node_modules/ws/index.js',
    '.github/workflows/ci.yml',
  ])
    it(`names what never runs: ${name}`, () => {
      mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
      writeFileSync(path.join(root, name), 'import"./extension.js"');
      assert.deepEqual(contentFaults([...files, name], root), [
        `holds ${name}, which never runs and .vscodeignore lets in`,
      ]);
    });
});
