import { openVscode, type RunglassWindow, type VscodeHost } from '../support/workbench.ts';
import { type HttpProxy, startProxy } from './proxy.ts';
import { signInWithForm } from './signIn.ts';
import { done, type EmbeddedStack, startEmbedded } from './stack.ts';

/** Well under the 30 s after which a dashboard without a socket pulls by itself. */
const promptMs = 8_000;

describe('where no WebSocket gets through', () => {
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

  const insert = (name: string) => done(stack.admin.from('projects').insert({ user_id: stack.userId, name }));

  it('the command Refresh brings what changed', async () => {
    await insert('by command');
    await window.workbench.command('Runglass: Refresh');
    await window.section('projects').filter({ hasText: 'by command' }).waitFor({ timeout: promptMs });
  });

  it('the button Refresh brings what changed', async () => {
    await insert('by button');
    await window.dashboard.locator('[data-command="refresh"]').first().click();
    await window.section('projects').filter({ hasText: 'by button' }).waitFor({ timeout: promptMs });
  });
});
