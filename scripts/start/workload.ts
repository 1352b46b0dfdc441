import path from 'node:path';
import { createInterface } from 'node:readline';
import { type ProcessGroup, startGroup } from '../vscodeHost/processGroup.ts';
import { nodeBinary, projectRoot } from '../vscodeHost/project.ts';
import type { BackendInfo } from './backend.ts';
import type { Running } from './running.ts';

/** Between two training runs, ms. */
const pauseMs = 20_000;

/**
 * Trains with examples/train.mjs as a user's script would, again and again with a new seed until stopped or
 * refused by the plan's limit; `quick` trains once and briefly.
 */
export function startWorkload(backend: BackendInfo, quick: boolean): Running {
  let current: ProcessGroup | null = null;
  let timer: NodeJS.Timeout | null = null;
  let stopped = false;
  const train = async (seed: number) => {
    const started = startTraining(backend, seed, quick);
    current = started;
    const status = await started.exited;
    if (status !== 0 && !stopped) console.log('[train] No further run is started.');
    if (status !== 0 || quick || stopped) return;
    timer = setTimeout(() => void train(seed + 1), pauseMs);
  };
  void train(1);
  return {
    stop: async () => {
      stopped = true;
      if (timer) clearTimeout(timer);
      await current?.stop();
    },
  };
}

function startTraining(backend: BackendInfo, seed: number, quick: boolean): ProcessGroup {
  const script = path.join(projectRoot, 'examples/train.mjs');
  const pace = quick ? ['--steps', '400'] : ['--pause-ms', '5'];
  const group = startGroup(
    nodeBinary,
    [script, '--seed', String(seed), '--name', `alice-mlp-${seed}`, ...pace],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        SUPABASE_URL: backend.url,
        SUPABASE_PUBLISHABLE_KEY: backend.publishableKey,
        RUNGLASS_EMAIL: backend.user.email,
        RUNGLASS_PASSWORD: backend.user.password,
      },
    },
  );
  for (const stream of [group.child.stdout, group.child.stderr]) {
    if (!stream) continue;
    // The dashboard shows the steps.
    createInterface(stream).on('line', (line) => line.startsWith('step ') || console.log(`[train] ${line}`));
  }
  return group;
}
