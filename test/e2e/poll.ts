import assert from 'node:assert/strict';
import { setTimeout } from 'node:timers/promises';

/** Waits for what no locator can express; `what` is said when it does not come within `ms`. */
export async function poll(what: string, check: () => Promise<boolean>, ms = 60_000): Promise<void> {
  const end = Date.now() + ms;
  while (!(await check())) {
    assert.ok(Date.now() < end, `${what}: not within ${ms} ms`);
    await setTimeout(50);
  }
}
