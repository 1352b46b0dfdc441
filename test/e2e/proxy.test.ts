import assert from 'node:assert/strict';
import { writeSettings } from '../../scripts/vscodeHost/profile.ts';
import { FaultProxy } from '../support/faultProxy.ts';
import { ForwardProxy } from '../support/forwardProxy.ts';
import { authorityFile, TlsFront } from '../support/tlsFront.ts';
import { openVscode, type RunglassWindow, type VscodeHost } from '../support/workbench.ts';
import { poll } from './poll.ts';
import { answer, signInWithForm } from './signIn.ts';
import { type EmbeddedStack, startEmbedded } from './stack.ts';

/** Names that the proxy alone knows. */
const plain = 'backend.example:80';
const secure = 'secure.example:443';
/** A spec ends without a notification. */
const quiet = { 'runglass.notifications.enabled': false };
const credentials = { user: 'alice', password: 'through the glass' };

describe('a window behind the proxy of the settings', () => {
  let stack: EmbeddedStack;
  /** Makes the name that requests carry one that the backend takes, and sees what arrives. */
  let gate: FaultProxy;
  let front: TlsFront;
  let proxy: ForwardProxy;
  let proxyUrl: string;
  let host: VscodeHost;
  let window: RunglassWindow;

  before(async function () {
    this.timeout(120_000);
    stack = await startEmbedded();
    gate = await FaultProxy.start(stack.url);
    front = await TlsFront.start(gate.url);
    proxy = await ForwardProxy.start({ [plain]: gate.url, [secure]: front.url });
    proxyUrl = proxy.urlFor(credentials);
    // The variables name nothing that could be reached: what counts is the setting, and for this machine neither.
    const nowhere = 'http://127.0.0.1:9';
    host = await openVscode({ 'http.proxy': proxy.url }, [], {
      env: { http_proxy: nowhere, HTTPS_PROXY: nowhere, SSL_CERT_FILE: authorityFile },
    });
    window = await host.open();
  });
  after(async function () {
    this.timeout(120_000);
    try {
      // What could not be reached was told, as it should be.
      await window?.workbench.command('Notifications: Clear All Notifications');
      await host?.dispose();
    } finally {
      await proxy?.stop();
      await front?.stop();
      await gate?.stop();
      await stack?.dispose();
    }
  });

  const page = () => window.workbench.page;
  const form = (text: string | RegExp) => page().locator('.quick-input-widget').filter({ hasText: text });
  const banner = (text: string) => window.dashboard.locator('[data-banner]').filter({ hasText: text });
  const live = () => window.connection('live').waitFor({ timeout: 60_000 });
  const asked = (host: string) => proxy.requests.filter((request) => request.host === host);

  it('hears from the form that the proxy wants to know who asks', async () => {
    proxy.demand(credentials);
    await window.status.waitFor({ timeout: 60_000 });
    await window.workbench.command('Runglass: Sign In');
    await answer(window, /Project URL/, 'https://secure.example');
    await form('The proxy asks for a user name and a password.').waitFor();
    await window.screenshot('proxy-asks');
    await window.workbench.quickInput.press('Escape');
  });

  it('signs in, pulls and listens by TLS once the setting says who asks', async () => {
    writeSettings(host.profile, { ...quiet, 'http.proxy': proxyUrl });
    await window.workbench.reload();
    await window.status.waitFor({ timeout: 60_000 });
    await window.workbench.command('Runglass: Sign In');
    await answer(window, /Project URL/, 'https://secure.example');
    // The window may go by the old setting until VS Code has read the new one.
    await poll('the new setting counts', async () => {
      const taken = await form(/key/i)
        .waitFor({ timeout: 2_000 })
        .then(
          () => true,
          () => false,
        );
      if (!taken) await window.workbench.quickInput.press('Enter');
      return taken;
    });
    await window.workbench.quickInput.press('Escape');
    await signInWithForm(window, { ...stack, url: 'https://secure.example' });
    await window.openDashboard();
    await live();
    assert.ok(gate.webSockets.open > 0);
    const methods = new Set(asked(secure).map(({ method }) => method));
    assert.deepEqual([...methods], ['CONNECT']);
  }).timeout(120_000);

  it('says that the proxy refuses, and is live again when it no longer does', async () => {
    for (const [status, words] of [
      [407, 'The proxy asks for a user name and a password.'],
      [502, 'The proxy refuses the connection (502).'],
    ] as const) {
      proxy.refuse(status);
      await banner(words).waitFor();
      await window.screenshot(`proxy-${status}`);
      proxy.refuse(null);
      await live();
    }
  }).timeout(120_000);

  it('does not ask it for the backend of this machine', async () => {
    const before = proxy.requests.length;
    const other = await host.open();
    await other.openEmbedded();
    await other.workbench.page.close();
    assert.deepEqual(
      proxy.requests.slice(before).filter(({ host }) => host !== secure),
      [],
    );
  }).timeout(120_000);

  it('goes through it without TLS as well', async () => {
    window = await host.open();
    await signInWithForm(window, { ...stack, url: 'http://backend.example' });
    await window.openDashboard();
    await live();
    assert.ok(asked(plain).some(({ method }) => method === 'CONNECT'));
    assert.ok(asked(plain).some(({ isWebSocket }) => isWebSocket));
  }).timeout(120_000);

  it('says that the proxy is gone', async () => {
    await proxy.stop();
    await banner('The proxy cannot be reached.').waitFor();
    await window.screenshot('proxy-gone');
  });

  it('does without it when the settings say so', async () => {
    writeSettings(host.profile, { ...quiet, 'http.proxy': proxyUrl, 'http.proxySupport': 'off' });
    await window.workbench.reload();
    await banner('The backend cannot be reached.').waitFor({ timeout: 60_000 });
  }).timeout(120_000);
});
