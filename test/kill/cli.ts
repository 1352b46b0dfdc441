import { readOptions } from '../../scripts/options.mjs';
import { exitOnSignals } from '../../scripts/vscodeHost/processGroup.ts';
import { startBackend } from '../support/backend.ts';
import { buildWindow } from './bundle.ts';
import { type GroupReport, runGroup } from './group.ts';
import { roundsInGroup } from './plan.ts';
import { countKills, explain, progress } from './report.ts';

const usage = `npm run test:kill                              60 rounds
npm run test:kill -- --rounds N [--seed S]     N windows killed, ${roundsInGroup} for each seed from S (1) on`;

/** Runs what the arguments say and prints it; answers the exit status. */
export async function main(args: string[]): Promise<number> {
  const options = readOptions({ rounds: { type: 'string' }, seed: { type: 'string' } }, args);
  const [rounds = 0, seed = 0] = [options.rounds ?? '60', options.seed ?? '1'].map(Number);
  if (!Number.isSafeInteger(rounds) || !Number.isSafeInteger(seed) || rounds < 1 || seed < 0) {
    console.error(`Rounds and seeds are whole numbers.\n${usage}`);
    return 2;
  }
  const startedAt = performance.now();
  const script = await buildWindow();
  const backend = await startBackend();
  exitOnSignals(() => backend.stop());
  const reports: GroupReport[] = [];
  try {
    for (let done = 0; done < rounds; done += roundsInGroup) {
      const group = { seed: seed + reports.length, rounds: Math.min(roundsInGroup, rounds - done) };
      const report = await runGroup({ ...group, backend, script });
      reports.push(report);
      console.log(progress(report));
      if (report.findings.length > 0) console.log(explain(report));
    }
  } finally {
    await backend.stop();
  }
  const failed = reports.filter(({ findings }) => findings.length > 0).length;
  const durable = reports.reduce((sum, report) => sum + report.durable, 0);
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(0);
  console.log('\nkilled at this moment, so often:');
  for (const [phase, count] of countKills(reports)) console.log(`  ${phase.padEnd(24)}${count}`);
  const verdict = failed > 0 ? `FAILED in ${failed} of ${reports.length} seeds` : '0 lost, 0 doubled';
  console.log(`${rounds} windows killed in ${seconds} s, ${durable} events surely on disk: ${verdict}`);
  if (durable === 0)
    console.error('No window came to have an event on disk: this says nothing. Ask for more rounds.');
  return failed > 0 || durable === 0 ? 1 : 0;
}
