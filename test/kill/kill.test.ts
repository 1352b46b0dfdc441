import assert from 'node:assert/strict';
import { startBackend, type TestBackend } from '../support/backend.ts';
import { buildWindow } from './bundle.ts';
import { type GroupReport, runGroup } from './group.ts';
import { countKills, explain } from './report.ts';

/** Three times twenty rounds; `npm run test:kill` does as many as are wanted. */
const seeds = [1, 2, 3];

describe('windows that are killed', function () {
  this.timeout(240_000);
  let backend: TestBackend;
  let script: string;
  const reports: GroupReport[] = [];

  before(async () => {
    script = await buildWindow();
    backend = await startBackend();
  });
  after(() => backend?.stop());

  for (const seed of seeds)
    it(`lose nothing that was on disk and double nothing (seed ${seed})`, async () => {
      const report = await runGroup({ seed, backend, script });
      reports.push(report);
      assert.equal(report.findings.length, 0, explain(report));
      assert.ok(report.durable > report.rounds * 10, `${report.durable} events on disk are too few to tell`);
    });

  it('were killed at every moment of the way of an event', () => {
    const kills = countKills(reports);
    const killed = [...kills.values()].reduce((sum, count) => sum + count, 0);
    assert.equal(killed, 60);
    const never = [...kills].filter(([, count]) => count === 0).map(([phase]) => phase);
    assert.deepEqual(never, []);
  });
});
