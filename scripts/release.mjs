// For release.yml, with nothing but Node's own modules:
//   node scripts/release.mjs --check v1.2.3    fails with what keeps the tag from being released
//   node scripts/release.mjs --notes v1.2.3    prints what CHANGELOG.md says of it
import { readFileSync } from 'node:fs';
import { readOptions } from './options.mjs';
import { releaseFaults, sectionOf } from './release/release.mjs';

const options = readOptions({ check: { type: 'string' }, notes: { type: 'string' } });
const read = (/** @type {string} */ name) => readFileSync(new URL(`../${name}`, import.meta.url), 'utf8');
const changelog = read('CHANGELOG.md');
if (options.notes !== undefined) {
  console.log(sectionOf(changelog, options.notes.replace(/^v/, ''))?.text ?? '');
} else if (options.check !== undefined) {
  const faults = releaseFaults(options.check, JSON.parse(read('package.json')), changelog);
  for (const fault of faults) console.error(`✘ ${fault}`);
  process.exitCode = faults.length === 0 ? 0 : 1;
} else {
  console.error('Say which tag: node scripts/release.mjs --check v1.2.3, or --notes v1.2.3.');
  process.exitCode = 2;
}
