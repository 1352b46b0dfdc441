import assert from 'node:assert/strict';
import type { SnapshotMessage } from '../../../src/shared/protocol.ts';
import { detailStates } from '../../fixtures/runDetail.ts';
import { openPage, settle, type TestPage } from './page.tsx';

interface Options {
  /** In the place of the state's own. */
  readonly snapshot?: SnapshotMessage;
  readonly state?: unknown;
  /** False leaves every request open. */
  readonly answered?: boolean;
}

/** The page with the sheet of one of the states, its code loaded and its requests answered. */
export async function openDetail(name: string, options: Options = {}): Promise<TestPage> {
  const given = detailStates[name];
  assert.ok(given, `no state ${name}`);
  const page = await openPage(options.snapshot ?? given.snapshot, {
    state: options.state ?? given.savedState,
  });
  // The code of the sheet comes with a file of its own.
  for (let turn = 0; turn < 50 && page.all('dialog').length === 0; turn++) await settle();
  await settle();
  if (options.answered !== false) await answerRequests(page, given.answers);
  return page;
}

let passed = 0;
const sinceStart = performance.now.bind(performance);
performance.now = () => sinceStart() + passed;

/** Lets this many ms pass for whatever waits between two reads: the next change finds the pause over. */
export function passTime(ms: number): void {
  passed += ms;
}

const answered = new WeakMap<TestPage, number>();

/** Answers what was asked since the last time, as the fixtures say: by `name run`, else by `name`. */
export async function answerRequests(
  page: TestPage,
  answers: Readonly<Record<string, unknown>>,
): Promise<void> {
  const asked = page.host.ofType('request');
  for (const { id, name, parameters } of asked.slice(answered.get(page) ?? 0)) {
    const run = 'run' in parameters ? parameters.run : '';
    const result = answers[`${name} ${run}`] ?? answers[name];
    if (result === undefined) continue;
    const problem = (result as { readonly problem?: string }).problem;
    if (problem === undefined) await page.send({ type: 'answer', id, problem: null, result });
    else await page.send({ type: 'answer', id, problem });
  }
  answered.set(page, asked.length);
  await settle();
}
