import assert from 'node:assert/strict';
import { describeEmbedded } from '../../support/backend.ts';
import { type OwnTables, startOwnTables } from '../../support/ownTables.ts';

describeEmbedded('a session of PostgreSQL that is broken', function () {
  this.timeout(60_000);
  let backend: OwnTables;
  before(async () => {
    backend = await startOwnTables();
  });
  after(() => backend?.stop());

  it('ends the process, which serves everything again once it is started', async () => {
    const { child, ready } = backend;
    const exit = new Promise((resolve) => child.once('exit', resolve));
    await backend.admin.from('projects').select('id').throwOnError();
    // A function of the user's own may still exhaust the stack; what is asked after that finds the session in pieces.
    const statement = `do $x$ begin perform 'x' ~ repeat('(', 20000); end $x$`;
    await backend.admin.rpc('run_sql', { statement });
    await backend.admin.from('projects').select('id');
    assert.equal(await exit, 1);
    await backend.restart();
    const headers = { apikey: ready.secretKey };
    assert.equal((await fetch(`${ready.url}/rest/v1/projects`, { headers })).status, 200);
  });
});
