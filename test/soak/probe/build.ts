import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as esbuild from 'esbuild';
import { projectRoot } from '../../../scripts/vscodeHost/project.ts';

const manifest = {
  ...{ name: 'soak-probe', publisher: 'runglass', version: '0.0.1', private: true },
  ...{ type: 'module', main: './extension.js', engines: { vscode: '^1.101.0' }, activationEvents: ['*'] },
  // Its host is the one where Runglass works.
  extensionKind: ['workspace'],
};

/** Builds the probe of the extension host and installs it into a folder of extensions. */
export function installProbe(extensions: string): void {
  const folder = path.join(extensions, 'runglass.soak-probe-0.0.1');
  mkdirSync(folder);
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify(manifest));
  esbuild.buildSync({
    entryPoints: [path.join(projectRoot, 'test/soak/probe/hostProbe.ts')],
    outfile: path.join(folder, 'extension.js'),
    ...{ bundle: true, format: 'esm', platform: 'node', target: 'node22', external: ['vscode'] },
    logLevel: 'silent',
  });
}
