import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { useWindowBehindProxy } from './behindProxy.ts';

describe('the Doctor behind a proxy that lets no WebSocket through', () => {
  const setup = useWindowBehindProxy();
  const check = (id: string, outcome: string) =>
    setup.window.dashboard.locator(`dialog[open] [data-check="${id}"][data-outcome="${outcome}"]`);
  const summary = () => setup.window.dashboard.locator('dialog[open] .doctor-summary');

  it('is offered by the banner, and says what is wrong', async () => {
    await setup.window.dashboard.locator('[data-banner="polling"] [data-command="runDoctor"]').click();
    await summary().filter({ hasText: '1 problem, 1 not checked' }).waitFor({ timeout: 90_000 });
    await check('realtime', 'failed').filter({ hasText: 'The WebSocket does not open' }).waitFor();
    await check('realtime', 'failed').filter({ hasText: 'Let the proxy pass WebSockets' }).waitFor();
    await check('delivery', 'skipped').waitFor();
    await check('numbers', 'ok').waitFor();
    // Where the reader of the banner sees it, below all that the sheet says before.
    assert.ok(await inView(summary()), 'the report is in view');
    await setup.window.screenshot('doctor-failed');
  }).timeout(120_000);

  it('finds nothing wrong any more when the proxy lets them through', async () => {
    setup.proxy.heal();
    await setup.window.dashboard.locator('dialog[open] [data-command="runDoctor"]').click();
    await check('delivery', 'ok').filter({ hasText: 'A change came back' }).waitFor({ timeout: 90_000 });
    await summary().filter({ hasText: 'checks passed.' }).waitFor();
  }).timeout(120_000);
});

function inView(locator: Locator): Promise<boolean> {
  return locator.evaluate((element) => {
    const { top, bottom } = element.getBoundingClientRect();
    return top >= 0 && bottom <= window.innerHeight;
  });
}
