import type { Activity } from '../../src/extension/activity/activity.ts';
import type { SendEvents } from '../../src/extension/activity/outbox/outbox.ts';
import { type Row, row } from '../rows.ts';
import { median, quantile } from '../statistics.ts';
import { pause } from '../sync/host.ts';

const events = 50;

/**
 * From `logSyncEvent` until the event is on disk, fsync included: only then is it handed to who sends. What was logged
 * before that is lost when the process is killed.
 */
export async function measureOnDisk(
  outbox: Activity,
  connect: (send: SendEvents) => void,
  logOne: (outbox: Activity) => void,
): Promise<Row[]> {
  const times: number[] = [];
  let onSend = () => {};
  connect(async (batch) => {
    onSend();
    return { accepted: batch.length, duplicates: 0 };
  });
  for (let n = 0; n < events; n += 1) {
    const start = performance.now();
    const sent = new Promise<void>((resolve) => {
      onSend = resolve;
    });
    logOne(outbox);
    await sent;
    times.push(performance.now() - start);
    // Not in step with the writer's own pause.
    await pause(Math.random() * 200);
  }
  return [
    row('logSyncEvent until on disk, p50', median(times), 'ms'),
    row('logSyncEvent until on disk, p95', quantile(times, 0.95), 'ms', { atMost: 250 }),
  ];
}
