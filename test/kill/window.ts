// A window as a process of its own, to be killed: it logs events, sends them, and takes over what dead windows left.
// It is bundled (bundle.ts) with disk.ts in place of node:fs/promises; the rest is what ships.
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { createUuidV7 } from '../../src/extension/activity/events.ts';
import { createNodeStore } from '../../src/extension/activity/outbox/nodeStore.ts';
import { systemClock } from '../../src/extension/platform/clock.ts';
import { createEventSender } from '../../src/extension/supabase/events.ts';
import type { OutgoingEvent } from '../../src/shared/model.ts';
import { Dice } from '../chaos/dice.ts';
import { FakeCredentials } from '../fakes/account.ts';
import { follow, reach, say } from './faultPoints.ts';
import type { WindowOptions } from './windowProcess.ts';

const options = JSON.parse(process.argv[2] ?? '') as WindowOptions;
const { folder, window, account, plan, logs, waits } = options;
const dice = new Dice(plan.seed);
const newId = createUuidV7(Date.now);

// Nobody is left to kill it.
const stdin = createInterface({ input: process.stdin }).once('close', () => process.exit());
if (waits) {
  const go = new Promise((resolve) => stdin.once('line', resolve));
  say({ ready: true });
  await go;
}
follow(plan);

const log = {
  debug() {},
  info: (info: string) => say({ info }),
  warn: (warning: string) => say({ warning }),
  error: (warning: string) => say({ warning }),
};
const store = createNodeStore({
  ...{ folder, window, log, clock: systemClock, random: dice.fork('pauses').next, onChange: () => {} },
});
const box = store.open({ backend: 'test', user: account.session.userId });
const { url, publishableKey, session } = account;
const credentials = new FakeCredentials(session);
const send = createEventSender({ url, publishableKey, credentials, userId: session.userId });
box.attach(async (events: readonly OutgoingEvent[]) => {
  reach('on disk, not sent');
  const receipt = await send(events);
  say({ acknowledged: events.map(({ session_id, payload }) => `${session_id}/${payload.n}`) });
  return receipt;
}, 50);

for (let n = 0; n < logs; n += 1) {
  say({ logged: n });
  box.add({
    ...{ id: newId(), event_type: 'test.kill', occurred_at: new Date().toISOString(), session_id: window },
    ...{ editor: 'test', project_id: null, run_id: null, payload: { n } },
  });
  if (n < plan.burst) continue;
  if (dice.chance(0.2) && (await box.save())) say({ durable: n });
  await sleep(dice.between(0, 20));
}
if (logs > 0 && (await box.save())) say({ durable: logs - 1 });
