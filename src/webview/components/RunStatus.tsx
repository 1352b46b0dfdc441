import type { JSX } from 'preact';
import { runStateName } from '../../shared/names.ts';
import type { RunState } from '../../shared/runs.ts';
import { Icon } from './Icon.tsx';
import type { IconName } from './icons.ts';

/** Icon and tone of each state. */
export const runLooks: Readonly<Record<RunState, { readonly icon: IconName; readonly tone: string }>> = {
  queued: { icon: 'clock', tone: 'quiet' },
  running: { icon: 'play', tone: 'accent' },
  stalled: { icon: 'pause', tone: 'warn' },
  completed: { icon: 'pass', tone: 'good' },
  failed: { icon: 'error', tone: 'bad' },
  cancelled: { icon: 'slash', tone: 'quiet' },
  stopped: { icon: 'stop', tone: 'warn' },
  unknown: { icon: 'help', tone: 'quiet' },
};

/** Status as icon and word: colour is never the only sign. An unknown status shows its own word. */
export function RunStatus({ state, status }: { state: RunState; status: string }): JSX.Element {
  const { icon, tone } = runLooks[state];
  return (
    <span class={`status tone-${tone}`} data-status={state}>
      <Icon name={icon} />
      <span class="ellipsis">{runStateName(status, state)}</span>
    </span>
  );
}

export function runTone(state: RunState): string {
  return runLooks[state].tone;
}
