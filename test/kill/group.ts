import { setTimeout as sleep } from 'node:timers/promises';
import { Dice } from '../chaos/dice.ts';
import type { TestBackend } from '../support/backend.ts';
import type { Finding } from './chronicle.ts';
import type { Treatment } from './gate.ts';
import { draw, gatePhases, type Phase, type Plan, roundsInGroup } from './plan.ts';
import { Stage } from './stage.ts';
import type { WindowProcess } from './windowProcess.ts';

const windowsAtOnce = 3;
/** Whoever has not come to its moment by then is killed all the same, ms. */
const patience = 15_000;

export interface GroupOptions {
  readonly seed: number;
  readonly rounds?: number;
  /** Drawn by the seed unless given. */
  readonly plans?: readonly Plan[];
  readonly backend: TestBackend;
  readonly script: string;
}

/** What a group of rounds met. */
export interface GroupReport {
  readonly seed: number;
  readonly rounds: number;
  readonly events: number;
  readonly durable: number;
  readonly requests: number;
  /** How often a window was killed at a moment; `any moment` where none was aimed at, or it did not come. */
  readonly kills: ReadonlyMap<Phase | 'any moment', number>;
  readonly findings: readonly Finding[];
}

/** Opens and kills windows by the seed, three at a time, lets a last one send the rest, and judges. */
export async function runGroup(options: GroupOptions): Promise<GroupReport> {
  const { seed, rounds = roundsInGroup, plans = draw(seed, rounds) } = options;
  const kills = new Map<Phase | 'any moment', number>();
  const gates = new Map<string, () => Treatment>();
  const stage = await Stage.open({
    ...options,
    treat: (window) => gates.get(window)?.() ?? { kind: 'pass', after: 0 },
  });
  try {
    const left = [...plans];
    const slot = async () => {
      for (let plan = left.shift(); plan; plan = left.shift()) {
        if (plan.orphan) await leaveOrphan(stage, plan);
        const moment = await runRound(stage, plan, gates);
        kills.set(moment, (kills.get(moment) ?? 0) + 1);
      }
    };
    await Promise.all(Array.from({ length: windowsAtOnce }, slot));
    const findings = await stage.settle();
    const { events, durable } = stage.chronicle;
    return { seed, rounds: plans.length, events, durable, requests: stage.gate.requests, kills, findings };
  } finally {
    await stage.close();
  }
}

/** A window that dies right before one that is to find its journal: the others may have taken all there were. */
async function leaveOrphan(stage: Stage, plan: Plan): Promise<void> {
  const logs = 20;
  const window = stage.openWindow({
    ...{ plan: { ...plan, aim: null, burst: logs }, name: `the window before ${plan.round}` },
    ...{ logs, offline: true },
  });
  await window.says('all on disk', (said) => 'durable' in said);
  await window.kill();
}

/** Answers at which moment the window was killed. */
async function runRound(
  stage: Stage,
  plan: Plan,
  gates: Map<string, () => Treatment>,
): Promise<Phase | 'any moment'> {
  const { aim } = plan;
  let onStruck = () => {};
  const struck = new Promise<void>((resolve) => {
    onStruck = resolve;
  });
  let atGate = false;
  const window = stage.openWindow({
    ...{ plan, name: `window ${plan.round}` },
    onSaid: (said) => 'struck' in said && onStruck(),
  });
  const strike = async () => {
    atGate = true;
    await window.kill();
  };
  gates.set(window.id, treatments(plan, strike));
  await window.says('the first event', (said) => 'logged' in said).catch(() => {});
  const late = new AbortController();
  await Promise.race([
    struck,
    window.ended,
    sleep(aim ? patience : plan.lifetime, undefined, { signal: late.signal }).catch(() => {}),
  ]);
  late.abort();
  await window.kill();
  assertKilled(window);
  return aim && (atGate || window.has((said) => 'struck' in said)) ? aim.phase : 'any moment';
}

function assertKilled({ child, id }: WindowProcess): void {
  if (child.signalCode !== 'SIGKILL')
    throw new Error(`The window ${id} ended by itself (${child.exitCode}).`);
}

/** What the gate does to the requests of a window, one after the other. */
function treatments({ aim, seed, trouble }: Plan, strike: () => Promise<void>): () => Treatment {
  const dice = new Dice(`${seed}/gate`);
  const isAimed = aim !== null && gatePhases.includes(aim.phase);
  let seen = 0;
  return () => {
    seen += 1;
    if (isAimed && seen === aim.nth) {
      if (aim.phase === 'taken, not answered') return { kind: 'after', strike };
      return { kind: 'before', late: dice.chance(0.5) ? dice.between(0, 1_500) : null, strike };
    }
    if (!dice.chance(trouble)) return { kind: 'pass', after: dice.pick([0, 0, 40]) };
    return dice.pick<Treatment>([
      { kind: 'lose answer' },
      { kind: 'lose answer' },
      { kind: 'reset' },
      { kind: 'refuse', status: 503 },
      { kind: 'refuse', status: 429 },
    ]);
  };
}
