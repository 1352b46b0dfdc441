// For release.yml, with nothing but Node's own modules:
//   node scripts/release.mjs --check v1.2.3    fails with what keeps the tag from being released
//   node scripts/release.mjs --notes v1.2.3    prints what CHANGELOG.md says of it
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { releaseFaults, sectionOf } from './release/release.mjs';

const { values } = parseArgs({ options: { check: { type: 'string' }, notes: { type: 'string' } } });
const read = (/** @type {string} */ name) => readFileSync(new URL(`../${name}`, import.meta.url), 'utf8');
const changelog = read('CHANGELOG.md');
if (values.notes !== undefined) {
  console.log(sectionOf(changelog, values.notes.replace(/^v/, ''))?.text ?? '');
} else if (values.check !== undefined) {
  const faults = releaseFaults(values.check, JSON.parse(read('package.json')), changelog);
  for (const fault of faults) console.error(`✘ ${fault}`);
  process.exitCode = faults.length === 0 ? 0 : 1;
} else {
  console.error('Say which tag: node scripts/release.mjs --check v1.2.3, or --notes v1.2.3.');
  process.exitCode = 2;
}
