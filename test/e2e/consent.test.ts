import assert from 'node:assert/strict';
import { openVscode, type RunglassWindow, type VscodeHost } from '../support/workbench.ts';
import { type HttpProxy, startProxy } from './proxy.ts';
import { answer, signInWithForm } from './signIn.ts';
import { type EmbeddedStack, startEmbedded } from './stack.ts';

describe('events of the editor, with a backend by its URL', () => {
  let stack: EmbeddedStack;
  let proxy: HttpProxy;
  let host: VscodeHost;
  let window: RunglassWindow;

  before(async function () {
    this.timeout(180_000);
    stack = await startEmbedded();
    proxy = await startProxy(stack.url);
    host = await openVscode();
    window = await host.open();
    await signInWithForm(window, { ...stack, url: proxy.url });
    await window.openDashboard();
    await window.connection('polling').waitFor({ timeout: 60_000 });
  });

  after(async function () {
    this.timeout(60_000);
    try {
      await host?.dispose();
    } finally {
      proxy?.stop();
      await stack?.dispose();
    }
  });

  const sent = () => proxy.requests.filter((path) => path.includes('log_ide_sync_events')).length;
  const agree = () => window.section('activity').locator('[data-command="agreeToActivity"]');

  /** The queue of events is emptied by signing out, whatever its pause. */
  async function signOutAndIn(): Promise<void> {
    await window.workbench.command('Runglass: Sign Out');
    await window.connection('signedOut').waitFor();
    await window.workbench.command('Runglass: Sign In');
    await answer(window, /E-mail/, stack.user.email);
    await answer(window, /Password/, stack.user.password);
    await window.workbench.quickPick(/^No\b/).click();
    await window.connection('polling').waitFor({ timeout: 60_000 });
  }

  it('are not sent before the user agrees', async function () {
    this.timeout(120_000);
    await agree().waitFor();
    await signOutAndIn();
    assert.equal(sent(), 0);
  });

  it('are not sent after a reload, nor when the user declines', async function () {
    this.timeout(120_000);
    await window.workbench.reload();
    await window.connection('polling').waitFor({ timeout: 60_000 });
    await agree().click();
    await window.workbench.quickPick(/^No\b/).click();
    await signOutAndIn();
    assert.equal(sent(), 0);
  });

  it('are sent once the user agrees', async function () {
    this.timeout(120_000);
    await agree().click();
    await window.workbench.quickPick(/^Yes\b/).click();
    await agree().waitFor({ state: 'detached' });
    await window.workbench.command('Runglass: Sign Out');
    await window.connection('signedOut').waitFor();
    assert.equal(sent(), 1);
  });
});
