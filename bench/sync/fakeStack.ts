import path from 'node:path';
import { startGroup } from '../../scripts/vscodeHost/processGroup.ts';
import { nodeBinary, projectRoot } from '../../scripts/vscodeHost/project.ts';
import type { Credentials } from '../../src/extension/sync/types.ts';
import type { Question } from './fakeProcess.ts';
import type { Stack, StackUser } from './stack.ts';

type Ask = (question: Question) => Promise<unknown>;

/** The tests' fake server in a process of its own; `latency` is from commit to frame, ms. */
export async function openFake(latency: number): Promise<Stack> {
  const script = path.join(projectRoot, 'bench/sync/fakeProcess.ts');
  const group = startGroup(nodeBinary, [script, String(latency)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const waiting: ((value: unknown) => void)[] = [];
  const ended = group.exited.then((status) => {
    throw new Error(`The fake server ended with ${status}.`);
  });
  ended.catch(() => {});
  group.child.on('message', ({ id, value }: { id: number; value: unknown }) => waiting[id]?.(value));
  const ask: Ask = (question) => {
    const answer = new Promise<unknown>((resolve) => {
      group.child.send({ id: waiting.push(resolve) - 1, question });
    });
    return Promise.race([answer, ended]);
  };
  return {
    name: 'fake',
    url: (await ask({ type: 'url' })) as string,
    publishableKey: 'sb_publishable_bench',
    newUser: async () => userOf((await ask({ type: 'user' })) as Credentials, ask),
    cut: async () => void (await ask({ type: 'cut' })),
    stop: () => group.stop(),
  };
}

function userOf(credentials: Credentials, ask: Ask): StackUser {
  const { userId } = credentials;
  return {
    credentials,
    write: async (writes) => void (await ask({ type: 'write', userId, writes })),
    flood: async (rate, seconds) => (await ask({ type: 'flood', userId, rate, seconds })) as number,
    numbers: async (table) =>
      new Map((await ask({ type: 'numbers', userId, table })) as (readonly [string, number])[]),
  };
}
