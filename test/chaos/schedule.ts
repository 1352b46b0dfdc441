import type { Table } from '../../src/shared/model.ts';
import type { Problem } from '../../src/shared/status.ts';
import { Dice } from './dice.ts';
import { tableNames } from './rows.ts';
import type { Statement } from './transaction.ts';
import { type Fault, faults } from './weather.ts';
import { type Settings, users } from './world.ts';

/** One thing that is done to the world; times are ms since its begin. */
export type Action = { readonly at: number } & (
  | {
      readonly do: 'write';
      readonly user: number;
      readonly statements: readonly Statement[];
      readonly hold: number;
      readonly rollback: boolean;
    }
  | { readonly do: 'fault'; readonly fault: Fault; readonly ms: number; readonly rate: number }
  | { readonly do: 'sleep'; readonly ms: number; readonly timersRun: boolean }
  | { readonly do: 'jump'; readonly ms: number }
  | { readonly do: 'watch'; readonly watched: boolean; readonly awaitsRuns: boolean }
  | { readonly do: 'signIn'; readonly user: number }
  | { readonly do: 'close'; readonly how: 'closed' | 'refused'; readonly problem: Problem }
  | { readonly do: 'prune' | 'retire'; readonly user: number }
  | { readonly do: 'truncate'; readonly table: Table }
  | { readonly do: 'rearm' | 'cut' | 'backUp' | 'restore' }
  | { readonly do: 'signOut' | 'revoke' | 'refresh' }
  | { readonly do: 'restart'; readonly harm: boolean }
);

/** Everything that a run depends on, besides the code. */
export interface Schedule {
  readonly settings: Settings;
  /** When the last action is over, ms. */
  readonly duration: number;
  /** In order of time. */
  readonly actions: readonly Action[];
}

const minute = 60_000;

type Draw = (at: number, dice: Dice) => Action;

/** What may happen besides writes, beside how often an hour it does if the seed has it at all. */
const incidents: readonly { readonly draw: Draw; readonly perHour: number }[] = [
  ...faults.map((fault) => ({ draw: drawFault(fault), perHour: 40 })),
  {
    draw: (at, dice) => ({ at, do: 'sleep', ms: dice.between(1_000, 120_000), timersRun: false }),
    perHour: 15,
  },
  {
    draw: (at, dice) => ({ at, do: 'sleep', ms: dice.between(1_000, 60_000), timersRun: true }),
    perHour: 15,
  },
  { draw: (at, dice) => ({ at, do: 'jump', ms: dice.between(-20 * minute, 20 * minute) }), perHour: 15 },
  {
    draw: (at, dice) => ({ at, do: 'watch', watched: dice.chance(0.5), awaitsRuns: dice.chance(0.5) }),
    perHour: 40,
  },
  { draw: (at, dice) => ({ at, do: 'signIn', user: dice.between(0, users.length - 1) }), perHour: 40 },
  { draw: (at) => ({ at, do: 'signOut' }), perHour: 20 },
  { draw: (at) => ({ at, do: 'revoke' }), perHour: 15 },
  { draw: (at) => ({ at, do: 'refresh' }), perHour: 120 },
  { draw: (at, dice) => ({ at, do: 'restart', harm: dice.chance(0.3) }), perHour: 40 },
  {
    draw: (at, dice) => ({ at, do: 'close', how: dice.pick(endings), problem: dice.pick(closings) }),
    perHour: 60,
  },
  { draw: (at) => ({ at, do: 'rearm' }), perHour: 60 },
  { draw: (at) => ({ at, do: 'cut' }), perHour: 40 },
  { draw: (at, dice) => ({ at, do: 'prune', user: dice.between(0, users.length - 1) }), perHour: 30 },
  { draw: (at, dice) => ({ at, do: 'retire', user: dice.between(0, users.length - 1) }), perHour: 30 },
  { draw: (at, dice) => ({ at, do: 'truncate', table: dice.pick(tableNames) }), perHour: 15 },
  { draw: (at) => ({ at, do: 'backUp' }), perHour: 40 },
  { draw: (at) => ({ at, do: 'restore' }), perHour: 15 },
];

const endings = ['closed', 'refused'] as const;
const closings: readonly Problem[] = [
  { reason: 'noRealtime', detail: 'The server closed the channel.' },
  { reason: 'sessionExpired', detail: 'Token has expired 0 seconds ago' },
  { reason: 'noRealtime', detail: 'socket closed: 1006' },
];

/** Draws what happens in the world of a seed: some kinds of incidents only, so that each meets the others at times. */
export function drawSchedule(seed: number): Schedule {
  const dice = new Dice(`schedule ${seed}`);
  const duration = dice.between(3 * minute, 10 * minute);
  const settings: Settings = {
    seed,
    skew: dice.pick([0, dice.between(-5 * minute, 5 * minute)]),
    tokenLifetime: dice.pick([60 * minute, dice.between(2, 5) * minute]),
    pageSize: dice.pick([10, 50, 1_000]),
    chatty: dice.chance(0.5),
  };
  const share = dice.pick([0.05, 0.15, 0.4]);
  const chosen = incidents.filter(() => dice.chance(share));
  const actions = [
    ...drawWrites(dice, duration),
    ...chosen.flatMap(({ draw, perHour }) => drawIncidents(dice, duration, draw, perHour)),
  ];
  if (dice.chance(0.06)) actions.push(...drawNaps(dice, duration));
  return { settings, duration, actions: actions.sort((a, b) => a.at - b.at) };
}

function drawIncidents(dice: Dice, duration: number, draw: Draw, perHour: number): Action[] {
  const count = Math.max(1, Math.round((perHour * duration * 2 * dice.next()) / (60 * minute)));
  return Array.from({ length: count }, () => draw(dice.between(0, duration), dice));
}

/** Naps while the server drops events, and a channel that is refused just after: ways that chance hardly ever finds. */
function drawNaps(dice: Dice, duration: number): Action[] {
  const actions: Action[] = [{ at: 0, do: 'fault', fault: 'drops', ms: duration, rate: 0.3 }];
  for (let at = 20_000; at < duration; at += dice.between(20_000, 60_000)) {
    const ms = dice.between(8_000, 15_000);
    actions.push({ at, do: 'sleep', ms, timersRun: dice.chance(0.5) });
    if (dice.chance(0.5))
      actions.push({
        at: at + ms + dice.between(1, 2_500),
        do: 'close',
        how: 'refused',
        problem: dice.pick(closings),
      });
    for (let i = 1; i <= 8; i++) actions.push(drawWrite(dice, at - i * 1_200, 0, 3, 0));
  }
  return actions;
}

function drawFault(fault: Fault): Draw {
  return (at, dice) => ({
    at,
    do: 'fault',
    fault,
    ms: dice.pick([dice.between(500, 10_000), dice.between(5_000, 90_000)]),
    rate: dice.pick([0.02, 0.1, 0.3, 1]),
  });
}

/** Rows of the beginning, then bursts of transactions with pauses between them. */
function drawWrites(dice: Dice, duration: number): Action[] {
  const actions = users.map((_, user) => drawWrite(dice, 0, user, dice.between(5, 30), 0));
  // More events than the first snapshot answers.
  if (dice.chance(0.05)) actions.push(drawCrowd(dice));
  const pause = dice.pick([2_000, 10_000, 40_000]);
  for (let at = dice.between(0, pause); at < duration; at += dice.between(100, 2 * pause)) {
    const user = dice.chance(0.8) ? 0 : dice.between(0, users.length - 1);
    const burst = dice.pick([1, 1, 2, 5, 20]);
    const spacing = dice.pick([0, 20, 300]);
    for (let i = 0; i < burst; i++) {
      // The others of a burst wait for one that stays open.
      const hold = i === 0 && dice.chance(0.2) ? dice.between(10, 8_000) : dice.between(0, 10);
      actions.push(drawWrite(dice, at + i * spacing, user, dice.pick([1, 1, 1, 3, 12]), hold));
    }
  }
  return actions;
}

function drawWrite(dice: Dice, at: number, user: number, count: number, hold: number): Action {
  const statements = Array.from({ length: count }, () => drawStatement(dice, at === 0));
  return { at, do: 'write', user, statements, hold, rollback: hold > 0 && dice.chance(0.1) };
}

function drawCrowd(dice: Dice): Action {
  const count = dice.between(190, 350);
  const one = { do: 'insert', table: 'ide_sync_events', readable: true } as const;
  return { at: 0, do: 'write', user: 0, statements: Array(count).fill(one), hold: 0, rollback: false };
}

function drawStatement(dice: Dice, isFirst: boolean): Statement {
  const kind = isFirst ? 0 : dice.next();
  const readable = !dice.chance(0.01);
  if (kind < 0.35) return { do: 'insert', table: dice.pick(tableNames), readable };
  if (kind < 0.75) return { do: 'update', pick: dice.next(), wide: dice.chance(0.5), readable };
  if (kind < 0.93) return { do: 'remove', pick: dice.next() };
  return { do: 'move', pick: dice.next(), to: dice.pick(users) };
}
