import assert from 'node:assert/strict';
import { projectRow, runRow } from '../../fixtures/rows.ts';
import { FakeStack } from './fakeStack.ts';

describe('sync on a Realtime server that misbehaves', function () {
  this.timeout(40_000);
  let stack: FakeStack;

  afterEach(() => stack?.close());

  it('is live on a server that behaves, with one pull to catch up and none for what is streamed', async () => {
    stack = await FakeStack.open({}, ({ store }) => store.put('projects', projectRow(1)));
    await stack.reaches('live');
    const { pulls } = stack;
    stack.server.store.put('training_runs', runRow(1));
    stack.server.store.put('training_runs', { id: runRow(1).id, step: 500 });
    stack.server.store.remove('projects', projectRow(1).id);
    await stack.converges();
    assert.equal(stack.pulls, pulls);
    assert.equal(stack.sync.replica.tables.training_runs.get(runRow(1).id)?.step, 500);
    assert.deepEqual(stack.states, ['connecting', 'catchingUp', 'live']);
  });
});
