import { writeSync } from 'node:fs';
import type { Aim, Phase, Plan } from './plan.ts';

/** What a window says of itself, a line of JSON each. */
export type Said =
  | { readonly ready: true }
  /** Before the event is logged. */
  | { readonly logged: number }
  /** Once it, and all before it, must be on disk. */
  | { readonly durable: number }
  /** The server has answered for these, `<window>/<number>`. */
  | { readonly acknowledged: readonly string[] }
  /** It came to this moment. */
  | { readonly reached: Phase }
  /** What was planned for it happens now. */
  | { readonly struck: Phase }
  | { readonly pending: number; readonly heap: number; readonly dropped: number }
  | { readonly warning: string }
  | { readonly info: string };

/** Waits until the other end has it or the pipe does: whoever is killed next has said it. */
export function say(line: Said): void {
  writeSync(1, `${JSON.stringify(line)}\n`);
}

let aim: Aim | null = null;
let times = 0;
/** Before the first file of another window is claimed, ms. */
export let hesitation = 0;
/** What a power cut does to the files. */
let cutPower: (keep: number) => void = () => {};

/** What this window does to itself from now on. */
export function follow(plan: Plan): void {
  aim = plan.aim;
  hesitation = plan.hesitation;
}

export function onPowerCut(cut: (keep: number) => void): void {
  cutPower = cut;
}

/** The window has come to a moment. When it was to be struck there, `half` is done of what it is about to do. */
export function reach(phase: Phase, half: () => void = () => {}): void {
  say({ reached: phase });
  if (aim?.phase !== phase) return;
  times += 1;
  if (times !== aim.nth) return;
  if (aim.act !== 'stop') half();
  if (aim.act === 'cut') cutPower(aim.keep);
  say({ struck: phase });
  process.kill(process.pid, aim.act === 'stop' ? 'SIGSTOP' : 'SIGKILL');
}
