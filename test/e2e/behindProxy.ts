import { FaultProxy } from '../support/faultProxy.ts';
import { openVscode, type RunglassWindow, type VscodeHost } from '../support/workbench.ts';
import { signInWithForm } from './signIn.ts';
import { type EmbeddedStack, startEmbedded } from './stack.ts';

/** A window that reaches its backend through a proxy that counts requests; it lets WebSockets through or not. */
export class BehindProxy {
  stack!: EmbeddedStack;
  proxy!: FaultProxy;
  window!: RunglassWindow;
  readonly #webSockets: boolean;
  #host: VscodeHost | null = null;

  constructor(webSockets: boolean) {
    this.#webSockets = webSockets;
  }

  async open(): Promise<void> {
    this.stack = await startEmbedded();
    this.proxy = await FaultProxy.start(this.stack.url);
    if (!this.#webSockets) this.proxy.cut({ only: 'websocket' });
    this.#host = await openVscode();
    this.window = await this.#host.open();
    await signInWithForm(this.window, { ...this.stack, url: this.proxy.url });
    await this.window.openDashboard();
    await this.window.connection(this.#webSockets ? 'live' : 'polling').waitFor({ timeout: 60_000 });
  }

  async dispose(): Promise<void> {
    try {
      await this.#host?.dispose();
    } finally {
      await this.proxy?.stop();
      await this.stack?.dispose();
    }
  }
}

/** Opens one for the specs of the suite and disposes it after them. */
export function useWindowBehindProxy({ webSockets = false } = {}): BehindProxy {
  const setup = new BehindProxy(webSockets);
  before(function () {
    this.timeout(180_000);
    return setup.open();
  });
  after(function () {
    this.timeout(120_000);
    return setup.dispose();
  });
  return setup;
}
