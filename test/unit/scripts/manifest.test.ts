import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { productBundles } from '../../../scripts/bundles.mjs';
import { projectRoot } from '../../../scripts/vscodeHost/project.ts';

const read = (name: string) => JSON.parse(readFileSync(path.join(projectRoot, name), 'utf8'));

interface Locked {
  readonly version: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly hasInstallScript?: boolean;
}

describe('package.json', () => {
  const manifest = read('package.json');
  const { packages } = read('package-lock.json') as { packages: Record<string, Locked> };
  const locked = Object.entries(packages).filter(([folder]) => folder !== '');

  it('supports no older VS Code than the one whose API the compiler knows', () => {
    assert.equal(manifest.engines.vscode, `^${manifest.devDependencies['@types/vscode']}`);
  });

  it('lets the bundles use what Node and Chromium of that VS Code can do, and the compiler know no more', () => {
    // VS Code 1.101 has Electron 35: Node 22.15 and Chromium 134. Whoever raises the one raises the others.
    assert.equal(manifest.engines.vscode, '^1.101.0');
    const { extension, webview, backend } = productBundles(true);
    assert.deepEqual(
      [extension?.target, backend?.target, webview?.target],
      ['node22', 'node22', 'chrome134'],
    );
    assert.match(manifest.devDependencies['@types/node'], /^22\./);
  });

  it('names each dependency by one version', () => {
    for (const [name, version] of Object.entries({ ...manifest.dependencies, ...manifest.devDependencies }))
      assert.match(String(version), /^\d+\.\d+\.\d+$/, name);
  });

  it('has a lockfile that knows the contents of each package, and nothing that is no package of the registry', () => {
    for (const [folder, { integrity, resolved }] of locked) {
      assert.match(integrity ?? '', /^sha512-/, folder);
      assert.equal(resolved, undefined, folder);
    }
  });

  it('says of each package with an install script whether it may run', () => {
    const scripted = locked.filter(([, entry]) => entry.hasInstallScript).map(([folder]) => folder);
    const names = scripted.map((folder) => folder.replace(/^.*node_modules\//, ''));
    assert.deepEqual(names.sort(), Object.keys(manifest.allowScripts).sort());
  });

  it('has the id by which browsers, other extensions and pages call it', () => {
    const id = `${manifest.publisher}.${manifest.name}`;
    for (const file of [
      'src/extension/accounts/signIn/browserWindow.ts',
      'docs/API.md',
      'docs/BACKENDS.md',
      'docs/TROUBLESHOOTING.md',
      'examples/other-extension/README.md',
      'examples/other-extension/extension.js',
      'examples/other-extension/package.json',
      'examples/other-extension/runglass.d.ts',
    ]) {
      const named = readFileSync(path.join(projectRoot, file), 'utf8').match(/\b[\w-]+\.runglass\b(?!\.)/g);
      assert.deepEqual(new Set(named), new Set([id]), file);
    }
  });

  it('tells the Marketplace what it asks for', () => {
    const { icon, galleryBanner, categories, keywords, license, l10n } = manifest;
    assert.deepEqual({ icon, license, l10n }, { icon: 'media/icon.png', license: 'MIT', l10n: './l10n' });
    assert.match(galleryBanner.color, /^#[0-9a-f]{6}$/);
    assert.ok(categories.length > 0 && keywords.length > 0 && keywords.length <= 30);
  });
});
