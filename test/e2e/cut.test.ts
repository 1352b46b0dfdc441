import assert from 'node:assert/strict';
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
    for (const name of names) await row(name).waitFor({ timeout: 10_000 });

    proxy.cut();
    await done(projects().insert({ user_id: stack.userId, name: 'comes' }));
    await done(projects().update({ name: 'has become another' }).eq('name', 'changes'));
    await done(projects().delete().eq('name', 'goes'));
    const offline = window.connection('offline');
    await offline.waitFor({ timeout: 30_000 });
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
});
