import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { openVscode, type RunglassWindow, type VscodeHost } from '../support/workbench.ts';
import { signInWithForm } from './signIn.ts';
import { done, type EmbeddedStack, startEmbedded } from './stack.ts';

/** Well under the 30 s after which a dashboard without a socket pulls by itself. */
const promptMs = 8_000;

describe('where no WebSocket gets through', () => {
  let stack: EmbeddedStack;
  let proxy: http.Server;
  let host: VscodeHost;
  let window: RunglassWindow;

  before(async function () {
    this.timeout(180_000);
    stack = await startEmbedded();
    proxy = await startProxy(stack.url);
    host = await openVscode();
    window = await host.open();
    const { port } = proxy.address() as AddressInfo;
    await signInWithForm(window, { ...stack, url: `http://127.0.0.1:${port}` });
    await window.openDashboard();
    await window.connection('polling').waitFor({ timeout: 60_000 });
  });

  after(async function () {
    this.timeout(60_000);
    await host?.dispose();
    proxy?.closeAllConnections();
    proxy?.close();
    await stack?.dispose();
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

/** Passes requests on to `target` and drops every upgrade, as some company proxies do. */
async function startProxy(target: string): Promise<http.Server> {
  const { hostname, port, host } = new URL(target);
  const server = http.createServer((request, response) => {
    const { method, url, headers } = request;
    const options = { hostname, port, method, path: url, headers: { ...headers, host } };
    const forwarded = http.request(options, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    forwarded.on('error', () => response.destroy());
    request.pipe(forwarded);
  });
  server.on('upgrade', (_request, socket) => socket.destroy());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}
