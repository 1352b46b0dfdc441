import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { useWindowBehindProxy } from './behindProxy.ts';
import { done } from './stack.ts';

describe('a dashboard whose network is cut', () => {
  const setup = useWindowBehindProxy({ webSockets: true });

  it('says so and how old its rows are, and is right again when the network is back', async function () {
    this.timeout(180_000);
    const { stack, proxy, window } = setup;
    const projects = () => stack.admin.from('projects');
    const row = (name: string) => window.section('projects').locator('[data-id]').filter({ hasText: name });
    const names = ['stays', 'changes', 'goes'];
    await done(projects().insert(names.map((name) => ({ user_id: stack.userId, name }))));
    for (const name of names) await row(name).waitFor();

    proxy.cut();
    await done(projects().insert({ user_id: stack.userId, name: 'comes' }));
    await done(projects().update({ name: 'has become another' }).eq('name', 'changes'));
    await done(projects().delete().eq('name', 'goes'));
    const offline = window.connection('offline');
    await offline.waitFor();
    assert.match((await offline.textContent()) ?? '', /showing data from/);
    await window.status.and(window.workbench.page.locator('[aria-label*="showing data from"]')).waitFor();
    for (const name of names) assert.ok(await row(name).isVisible(), `${name} is still shown`);
    assert.equal(await row('comes').count(), 0);
    await window.screenshot('network-cut');
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    assert.ok(await offline.isVisible(), 'still said after a while');

    proxy.heal();
    await window.connection('live').waitFor({ timeout: 60_000 });
    for (const name of ['stays', 'has become another', 'comes']) await row(name).waitFor();
    assert.equal(await row('goes').count(), 0);
    assert.equal(await window.section('projects').locator('[data-id]').count(), 3, 'no row twice');
  });

  it('has no hole in a curve that went on meanwhile', async function () {
    this.timeout(180_000);
    const { stack, proxy, window } = setup;
    const id = randomUUID();
    const log = (from: number, to: number) => {
      const points = Array.from({ length: to - from + 1 }, (_, n) => ({
        step: from + n,
        metrics: { loss: 2 / (from + n) },
      }));
      return done(stack.script.rpc('log_run', { run_id: id, points }));
    };
    await done(stack.admin.from('training_runs').insert({ id, user_id: stack.userId, name: 'goes on' }));
    await log(1, 20);
    await window.section('runs').locator(`[data-row][data-id="${id}"]`).click();
    const curve = window.dashboard.locator('dialog[open] .curve[data-metric="loss"]');
    await curve.getByLabel('Show as table').click();
    /** With its heading, the table has a row more than there are steps. */
    const holds = (steps: number) =>
      curve.locator(`table[aria-rowcount="${steps + 1}"]`).waitFor({ timeout: 60_000 });
    await holds(20);

    proxy.cut();
    await log(21, 50);
    await window.connection('offline').waitFor({ state: 'attached' });
    await log(51, 80);
    proxy.heal();
    await holds(80);
    await log(81, 90);
    await holds(90);
    await window.workbench.page.keyboard.press('Escape');
  });
});
