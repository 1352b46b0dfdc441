// npm run test:electron: the suite test/exthost inside desktop VS Code, downloaded from its makers.
//   npm run test:electron -- --grep X --version 1.101.0    or oldest, the oldest that package.json allows, or stable
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ensureBuilt, ensureReady, fail, root, runBuild } from './bootstrap.mjs';
import { readOptions } from './options.mjs';

await ensureReady();
const options = readOptions({
  grep: { type: 'string', default: '' },
  version: { type: 'string', default: 'stable' },
});
const { downloadAndUnzipVSCode, runTests, SilentReporter } = await import('@vscode/test-electron');
const { createProfile } = await import('./vscodeHost/profile.ts');
const { cacheFolder } = await import('./vscodeHost/project.ts');

const { engines } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
const vscodeExecutablePath = await downloadAndUnzipVSCode({
  version: options.version === 'oldest' ? engines.vscode.replace('^', '') : options.version,
  cachePath: path.join(cacheFolder(), 'vscode-test'),
  reporter: new SilentReporter(),
}).catch((error) =>
  fail(`Desktop VS Code could not be downloaded (${error.message}); "npm test" needs no download.`),
);

if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) {
  fail('Desktop VS Code needs a display: run "xvfb-run -a npm run test:electron".');
}
ensureBuilt({ production: true });
rmSync(path.join(root, 'out/test/exthost'), { recursive: true, force: true });
runBuild(['--only', 'tests', '--tests', '--suite', 'exthost']);

const profile = createProfile();
const results = path.join(mkdtempSync(path.join(os.tmpdir(), 'rg-results-')), 'results.json');
try {
  await runTests({
    vscodeExecutablePath,
    extensionDevelopmentPath: root,
    extensionTestsPath: path.join(root, 'out/test/exthost/index.js'),
    extensionTestsEnv: { RUNGLASS_RESULTS_FILE: results, RUNGLASS_TEST_GREP: options.grep },
    launchArgs: [
      profile.workspace,
      `--user-data-dir=${profile.userData}`,
      `--extensions-dir=${profile.extensions}`,
      '--disable-workspace-trust',
    ],
  });
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  profile.remove();
}
const { passed = 0, failed = ['no results'] } = readResults();
if (passed === 0 || failed.length > 0) process.exitCode = 1;
rmSync(path.dirname(results), { recursive: true, force: true });
console.log(`${passed} passed, ${failed.length} failed`);

function readResults() {
  try {
    return JSON.parse(readFileSync(results, 'utf8'));
  } catch {
    return {};
  }
}
