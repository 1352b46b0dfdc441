import assert from 'node:assert/strict';
import { Puller } from '../../../src/extension/sync/puller.ts';
import type { PullPage, PullRequest } from '../../../src/extension/sync/transport.ts';
import { RunglassError } from '../../../src/shared/status.ts';

const page = (fields: Partial<PullPage>): PullPage => ({
  changes: [],
  head: 10,
  next: 10,
  epoch: 'e1',
  reset: false,
  cut: [],
  now: 0,
  roundTrip: 0,
  ...fields,
});

function createPuller(
  answer: (request: PullRequest) => PullPage | Promise<PullPage>,
  since: number | null = 5,
) {
  const seen: string[] = [];
  const puller = new Puller({
    fetchPage: async (request) => {
      seen.push(`fetch ${request.since}`);
      return answer(request);
    },
    position: () => ({ since, epoch: 'e1' }),
    onPage: ({ next }) => seen.push(`page ${next}`),
    onReset: () => seen.push('reset'),
    onSnapshot: (pages) => seen.push(`snapshot of ${pages.length}`),
    isShort: () => false,
    onRefill: () => seen.push('refill'),
    onStarted: () => {},
    onSettled: (error) => seen.push(error === null ? 'done' : 'failed'),
  });
  return { puller, seen };
}

describe('Puller', () => {
  it('takes the snapshot first when there is nothing', async () => {
    const { puller, seen } = createPuller(() => page({}), null);
    await puller.request();
    assert.deepEqual(seen, ['fetch null', 'snapshot of 1', 'done']);
  });

  it('goes on from page to page', async () => {
    const { puller, seen } = createPuller(({ since }) => page({ next: (since ?? 0) + 2, head: 9 }));
    await puller.request();
    assert.deepEqual(seen, ['fetch 5', 'page 7', 'fetch 7', 'page 9', 'done']);
  });

  it('shows nothing of a snapshot before it is whole', async () => {
    const { puller, seen } = createPuller(({ since }) =>
      since === 5 ? page({ reset: true }) : page({ next: since === null ? 4 : 10 }),
    );
    await puller.request();
    assert.deepEqual(seen, ['fetch 5', 'reset', 'fetch null', 'fetch 4', 'snapshot of 2', 'done']);
  });

  it('begins anew when the position means nothing any more between two pages', async () => {
    const { puller, seen } = createPuller(({ since }) =>
      since === 7 ? page({ reset: true }) : page({ next: since === null ? 10 : since + 2 }),
    );
    await puller.request();
    assert.deepEqual(seen, ['fetch 5', 'page 7', 'fetch 7', 'reset', 'fetch null', 'snapshot of 1', 'done']);
  });

  it('fails instead of turning in a circle', async () => {
    const { puller, seen } = createPuller(() => page({ next: 5 }));
    await assert.rejects(puller.request(), RunglassError);
    assert.equal(seen.at(-1), 'failed');
    const always = createPuller(() => page({ reset: true }));
    await assert.rejects(always.puller.request(), RunglassError);
    assert.ok(always.seen.length < 30, `${always.seen.length} requests`);
  });

  it('goes on after a failure, and those who waited get the next pull', async () => {
    let asked = 0;
    const { puller } = createPuller(() => {
      asked += 1;
      if (asked === 1) throw new RunglassError({ reason: 'unreachable', detail: 'no' });
      return page({});
    });
    const first = puller.request();
    const second = puller.request();
    await assert.rejects(first, RunglassError);
    await second;
    assert.equal(puller.isRunning, false);
  });

  it('has no effect any more once disposed', async () => {
    let open = () => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const { puller, seen } = createPuller(async () => {
      await gate;
      return page({});
    });
    const running = puller.request();
    const waiting = puller.request();
    puller.dispose();
    open();
    await assert.rejects(running, RunglassError);
    await assert.rejects(waiting, RunglassError);
    assert.deepEqual(seen, ['fetch 5']);
  });
});
