// A part of npm run check: what is wrong with .github/workflows.
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ensureReady, root } from './bootstrap.mjs';

await ensureReady();
const { workflowFaults } = await import('./workflows/lint.ts');
const files = globSync('.github/workflows/*.{yml,yaml}', { cwd: root });
const faults = [];
for (const file of files)
  faults.push(...(await workflowFaults(readFileSync(path.join(root, file), 'utf8'), file)));
if (files.length === 0) faults.push('.github/workflows is empty.');
for (const fault of faults) console.error(`✘ ${fault}`);
console.log(`${files.length} workflows, ${faults.length} faults`);
// The linter, a Go program in WebAssembly, waits for more to do and never ends by itself.
process.exit(faults.length === 0 ? 0 : 1);
