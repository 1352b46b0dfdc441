import { openVscode, type RunglassWindow, type VscodeHost } from '../support/workbench.ts';
import { changeCases } from './changes.ts';
import { signInWithForm } from './signIn.ts';
import { done, openStack, type Stack } from './stack.ts';

/** The rows of a live dashboard follow a commit within this, ms; a pull would take up to 30 s. */
const promptMs = 20_000;

describe('an open dashboard', () => {
  let stack: Stack;
  let host: VscodeHost;
  let window: RunglassWindow;

  before(async function () {
    this.timeout(180_000);
    stack = await openStack();
    const { dataFolder } = stack;
    host = await openVscode(dataFolder ? { 'runglass.embedded.dataFolder': dataFolder } : {});
    window = await host.open();
    if (dataFolder) await window.openEmbedded();
    else {
      await signInWithForm(window, stack);
      await window.openDashboard();
      await window.connection('live').waitFor({ timeout: 60_000 });
    }
  });

  after(async function () {
    this.timeout(120_000);
    try {
      await host?.dispose();
    } finally {
      await stack?.dispose();
    }
  });

  for (const change of changeCases) {
    const rows = () => stack.admin.from(change.table);

    it(`shows an INSERT into ${change.table} by another client`, async () => {
      await done(rows().insert({ id: change.id, user_id: stack.userId, ...change.inserted }));
      await change.seen(window.dashboard).inserted.waitFor({ timeout: promptMs });
    });

    it(`shows an UPDATE of ${change.table} by another client`, async () => {
      await done(rows().update(change.updated).eq('id', change.id));
      await change.seen(window.dashboard).updated.waitFor({ timeout: promptMs });
    });

    it(`shows a DELETE from ${change.table} by another client`, async () => {
      await done(rows().delete().eq('id', change.id));
      await change.seen(window.dashboard).deleted.waitFor({ timeout: promptMs });
    });
  }

  it('agrees with the status bar, which follows usage', async () => {
    const plan = { plan: 'Pro', status: 'active', limits: { tokens: { limit: 1_000 } } };
    await done(stack.admin.from('subscriptions').insert({ user_id: stack.userId, ...plan }));
    const usage = { user_id: stack.userId, metric: 'tokens', amount: 120 };
    await done(stack.admin.from('usage_tracking').insert(usage));
    await window.status.filter({ hasText: '12%' }).waitFor({ timeout: promptMs });
    await window.section('usage').locator('[data-metric="tokens"][data-used="120"]').waitFor();
    await done(
      stack.admin
        .from('usage_tracking')
        .update({ amount: 430 })
        .match({ user_id: stack.userId, metric: 'tokens' }),
    );
    await window.status.filter({ hasText: '43%' }).waitFor({ timeout: promptMs });
    await window.section('usage').locator('[data-metric="tokens"][data-used="430"]').waitFor();
  });

  it('survives being hidden and shown, with what changed meanwhile', async () => {
    const { page } = window.workbench;
    await window.workbench.command('File: New Untitled Text File');
    await window.workbench.tab('Untitled-1').waitFor();
    await page.locator('iframe.webview.ready').first().waitFor({ state: 'hidden' });
    const name = 'made while hidden';
    await done(stack.admin.from('projects').insert({ user_id: stack.userId, name }));
    await window.workbench.tab('Runglass').click();
    await window.section('projects').filter({ hasText: name }).waitFor({ timeout: promptMs });
    await window.connection('live').waitFor();
  });

  it('survives a reload of the window, still signed in', async () => {
    await window.workbench.reload();
    await window.connection('live').waitFor({ timeout: 60_000 });
    await window.section('projects').filter({ hasText: 'made while hidden' }).waitFor();
    const name = 'made after the reload';
    await done(stack.admin.from('projects').insert({ user_id: stack.userId, name }));
    await window.section('projects').filter({ hasText: name }).waitFor({ timeout: promptMs });
  });
});
