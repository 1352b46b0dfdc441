/**
 * A window as a process of its own, to be killed: it logs events without end, sends them, and takes over what dead
 * windows left. Prints `{"logged": n}` before an event is logged and `{"durable": n}` once it must be on disk.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { createUuidV7 } from '../../../src/extension/activity/events.ts';
import { createNodeStore } from '../../../src/extension/activity/nodeStore.ts';
import { systemClock } from '../../../src/extension/platform/clock.ts';
import { createEventSender } from '../../../src/extension/supabase/events.ts';
import { FakeCredentials } from '../../fakes/account.ts';

const { folder, window, url, publishableKey, session } = JSON.parse(process.argv[2] ?? '');
const tell = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);
const log = { debug() {}, info() {}, warn: (warning: string) => tell({ warning }), error() {} };
const newId = createUuidV7(Date.now);

const store = createNodeStore({
  ...{ folder, window, log, clock: systemClock, random: Math.random, onChange: () => {} },
});
const box = store.open({ backend: 'test', user: session.userId });
const credentials = new FakeCredentials(session);
box.attach(createEventSender({ url, publishableKey, credentials, userId: session.userId }), 50);

for (let n = 0; ; n += 1) {
  tell({ logged: n });
  box.add({
    ...{ id: newId(), event_type: 'test.kill', occurred_at: new Date().toISOString(), session_id: window },
    ...{ editor: 'test', project_id: null, run_id: null, payload: { n } },
  });
  if (Math.random() < 0.2) {
    if (await box.save()) tell({ durable: n });
  }
  await sleep(Math.random() * 20);
}
