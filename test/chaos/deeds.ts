import { noRealtime } from './link.ts';
import type { Action } from './schedule.ts';
import { users, type World } from './world.ts';

/** A server forgets a client that says nothing for this long, ms. */
const silence = 60_000;

/** What is done to the database, to the service or to the network; the rest is done to the host. */
export type Deed = Extract<
  Action,
  {
    do:
      | 'write'
      | 'fault'
      | 'sleep'
      | 'close'
      | 'rearm'
      | 'cut'
      | 'prune'
      | 'retire'
      | 'truncate'
      | 'backUp'
      | 'restore';
  }
>;
export type HostAction = Exclude<Action, Deed>;

export function isDeed(action: Action): action is Deed {
  return !['jump', 'watch', 'signIn', 'signOut', 'revoke', 'refresh', 'restart'].includes(action.do);
}

/** Does it, now. */
export function perform(world: World, deed: Deed): void {
  const { database, weather, realtime } = world;
  switch (deed.do) {
    case 'write':
      database.write({ ...deed, userId: userOf(deed.user) });
      break;
    case 'fault':
      weather.begin(deed.fault, deed.ms, deed.rate);
      break;
    case 'sleep':
      putToSleep(world, deed.ms, deed.timersRun);
      break;
    case 'close':
      for (const link of realtime.openLinks) link.end(deed.how, deed.problem);
      break;
    case 'rearm':
      for (const link of realtime.openLinks) link.rearm();
      break;
    case 'cut':
      for (const link of realtime.openLinks) link.cut();
      break;
    case 'prune':
      database.prune(userOf(deed.user));
      break;
    case 'retire':
      database.retire(userOf(deed.user), 3);
      break;
    case 'truncate':
      database.truncate(deed.table);
      break;
    case 'backUp':
      database.backUp();
      break;
    case 'restore':
      database.restore();
      break;
    default:
      deed satisfies never;
  }
}

export function userOf(number: number): string {
  return users[number] ?? '';
}

function putToSleep({ timeline, realtime, dice }: World, ms: number, timersRun: boolean): void {
  timeline.sleep(ms, { timersRun });
  if (ms < silence) return;
  for (const link of realtime.openLinks) {
    if (dice.chance(0.5)) link.end('closed', noRealtime('socket closed: 1000'), silence);
    else timeline.after(silence, () => link.cut());
  }
}
