import { Dice } from '../chaos/dice.ts';

/** What happens to the connections, or to the backend, while rows change. */
export const weathers = ['cut', 'sockets cut', 'restart', 'slow', 'stall', 'half open'] as const;
export type Weather = (typeof weathers)[number];
/** Those of a minute: the others are noticed only after up to a minute. */
const quick: readonly Weather[] = ['cut', 'sockets cut', 'restart', 'slow'];

/** What is done with the dashboard in each round, in an order of its own. */
export const views = ['hide', 'close', 'sheet', 'save'] as const;
export type View = (typeof views)[number];

export interface RoundPlan {
  /** From 1 on. */
  readonly round: number;
  /** Made by another client. */
  readonly changes: number;
  /** In so many goes: one is a burst. */
  readonly goes: number;
  readonly weather: Weather;
  /** How long it lasts, ms, where it does not end by itself. */
  readonly lasts: number;
  readonly views: readonly View[];
  /** The window is reloaded before the round. */
  readonly reload: boolean;
}

/** Rounds of a minute: the window is reloaded after the third, so that there is something to compare before and after. */
const firstLife = 3;
export const fewestRounds = firstLife + 1;

/** The rounds of a soak, without end; a seed gives the same ones. */
export function* planRounds(seed: number): Generator<RoundPlan, never> {
  const dice = new Dice(`soak ${seed}`);
  let coming: Weather[] = [];
  let lifeEnds = firstLife;
  for (let round = 1; ; round += 1) {
    if (coming.length === 0) coming = shuffled(round === 1 ? quick : comingWeathers(dice), dice);
    const reload = round > lifeEnds;
    if (reload) lifeEnds = round - 1 + dice.between(8, 24);
    yield {
      round,
      changes: dice.between(24, 120),
      goes: dice.pick([1, 1, 4, 8]),
      weather: coming.shift() ?? 'slow',
      lasts: dice.between(300, 3_000),
      views: shuffled(views, dice),
      reload,
    };
  }
}

/** A backend is restarted seldom, so that what it holds can be followed. */
function comingWeathers(dice: Dice): readonly Weather[] {
  return dice.chance(0.25) ? weathers : weathers.filter((weather) => weather !== 'restart');
}

function shuffled<T>(items: readonly T[], dice: Dice): T[] {
  const rest = [...items];
  return items.map(() => rest.splice(dice.between(0, rest.length - 1), 1)[0] as T);
}
