import assert from 'node:assert/strict';
import { measureApart } from '../../../bench/apart.ts';

describe('a benchmark in a process of its own', () => {
  it('tells what it lacks', async function () {
    this.timeout(60_000);
    await assert.rejects(measureApart('nope'), /There is no benchmark "nope"/);
  });

  it('is ended when it takes too long', async function () {
    this.timeout(60_000);
    // No process can have told anything by then.
    await assert.rejects(measureApart('nope', 0), /It did not end within 0 minutes/);
  });
});
