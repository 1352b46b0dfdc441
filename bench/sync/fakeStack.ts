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
  const { child, exited } = group;
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  let asked = 0;
  child.on('message', ({ id, value }: { id: number; value: unknown }) => {
    waiting.get(id)?.resolve(value);
    waiting.delete(id);
  });
  void exited.then((status) => {
    for (const { reject } of waiting.values()) reject(new Error(`The fake server ended with ${status}.`));
  });
  const ask: Ask = (question) =>
    new Promise((resolve, reject) => {
      asked += 1;
      waiting.set(asked, { resolve, reject });
      child.send({ id: asked, question });
    });
  return {
    name: 'fake',
    url: (await ask({ type: 'url' })) as string,
    publishableKey: 'sb_publishable_bench',
    newUser: async () => userOf((await ask({ type: 'user' })) as Credentials, ask),
    cut: async () => void (await ask({ type: 'cut' })),
    lose: async () => void (await ask({ type: 'lose' })),
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
