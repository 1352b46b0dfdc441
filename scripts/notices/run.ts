import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readOptions } from '../options.mjs';
import { projectRoot } from '../vscodeHost/project.ts';
import { bundledPackages } from './bundled.ts';
import { embeddedParts } from './embedded.ts';
import { noticeFaults, renderNotices } from './notices.ts';
import { shippedWith } from './shipped.ts';

const file = 'THIRD_PARTY_NOTICES.txt';

/** `npm run notices`; the exit status. */
export async function runNotices(args: readonly string[]): Promise<number> {
  const options = readOptions({ check: { type: 'boolean' } }, args);
  const { notices, faults: unseen } = shippedWith(await bundledPackages(), embeddedParts);
  const faults = [...unseen, ...noticeFaults(notices)];
  const text = renderNotices(notices);
  if (!options.check) writeFileSync(path.join(projectRoot, file), text);
  else if (readCurrent() !== text) faults.push(`${file} does not match what ships: run "npm run notices".`);
  for (const fault of faults) console.error(`✘ ${fault}`);
  console.log(`${notices.length} notices, ${faults.length} faults`);
  return faults.length === 0 ? 0 : 1;
}

function readCurrent(): string {
  try {
    return readFileSync(path.join(projectRoot, file), 'utf8');
  } catch {
    return '';
  }
}
