import assert from 'node:assert/strict';
import { describeEmbedded } from '../../support/backend.ts';
import { recordingNames } from './recording.ts';
import { replay } from './replay.ts';
import { notOnFake } from './scripts.ts';
import { embeddedTarget, fakeTarget, type StoppableTarget } from './targets.ts';

/** Those that wait for the server's deliberate pauses. They do so side by side, each with a user of its own. */
const slow = new Set([
  'js-expired-at-join',
  'js-token-expiry',
  'v1-10-access-token',
  'v1-17-join-error-blocks-socket',
  'v2-10-access-token',
  'v2-11-join-bad-token',
  'v2-12-expiry-while-joined',
  'v2-15-no-heartbeat',
  'v2-17-join-error-blocks-socket',
]);
/** Those that would disturb the slow ones: the server ends, or all its channels are subscribed anew. */
const disturbing = /restart-|errors-/;

const servers = [
  { name: 'the embedded backend', open: embeddedTarget, describe: describeEmbedded, left: {} },
  { name: 'the fake server', open: fakeTarget, describe, left: notOnFake },
] as const;

for (const { name, open, describe, left } of servers)
  describe(`recordings of the real Realtime server, replayed against ${name}`, function () {
    this.timeout(120_000);
    const names = recordingNames().filter((recording) => !(recording in left));
    const background = new Map<string, Promise<void>>();
    let target: StoppableTarget;

    before(async () => {
      target = await open();
      for (const recording of names.filter((one) => slow.has(one))) {
        const played = replay(recording, target);
        // Told by its own test.
        played.catch(() => {});
        background.set(recording, played);
      }
    });
    after(() => target?.stop());

    const order = (recording: string) => (disturbing.test(recording) ? 2 : slow.has(recording) ? 1 : 0);
    for (const recording of names.sort((a, b) => order(a) - order(b)))
      it(recording, async () => {
        if (slow.has(recording)) return background.get(recording) ?? assert.fail('not started');
        await target.execute(`truncate ${emptied}`);
        await replay(recording, target);
      });
    for (const [recording, reason] of Object.entries<string>(left)) it.skip(`${recording} (${reason})`);
  });

const emptied =
  't1, t2, t3, t4, t5, t6, notes, notes_full, open_default, open_full, colpriv, nopk, types, types_full, hidden';
