import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../../shared/disposable.ts';
import type { Emitter, Event } from '../../shared/emitter.ts';
import type { DashboardCommand, HostMessage } from '../../shared/protocol.ts';
import { panelTypes } from '../ids.ts';
import type { Clock, Log } from '../sync/types.ts';
import { Bridge, type DashboardSource } from './bridge.ts';
import { renderPage } from './html.ts';
import { decodeMessage } from './messages.ts';

export interface DashboardOptions {
  readonly extensionUri: vscode.Uri;
  readonly source: DashboardSource;
  /** Keeps the engine open while the panel is. */
  readonly hold: () => Disposable;
  readonly run: (command: DashboardCommand) => void;
  readonly clock: Clock;
  readonly log: Log;
  /** The panel was opened, closed, shown or hidden. */
  readonly changed: Emitter<void>;
}

/** The dashboard's panel: one a window, made anew after a reload of the window. */
export class Dashboard implements Disposable, vscode.WebviewPanelSerializer {
  readonly #options: DashboardOptions;
  readonly #disposables = new DisposableStore();
  #open: { readonly panel: vscode.WebviewPanel; readonly bridge: Bridge } | null = null;

  constructor(options: DashboardOptions) {
    this.#options = options;
    this.#disposables.add(vscode.window.registerWebviewPanelSerializer(panelTypes.dashboard, this));
    this.#disposables.add(options.changed);
  }

  get visible(): boolean {
    return this.#open?.panel.visible ?? false;
  }

  get onDidChangeVisible(): Event<void> {
    return this.#options.changed.event;
  }

  show(): void {
    if (this.#open) {
      this.#open.panel.reveal();
      return;
    }
    const title = vscode.l10n.t('Runglass');
    this.#adopt(vscode.window.createWebviewPanel(panelTypes.dashboard, title, vscode.ViewColumn.Active));
  }

  async deserializeWebviewPanel(panel: vscode.WebviewPanel): Promise<void> {
    if (this.#open) panel.dispose();
    else this.#adopt(panel);
  }

  setRefreshing(refreshing: boolean): void {
    this.#open?.bridge.setRefreshing(refreshing);
  }

  dispose(): void {
    this.#open?.panel.dispose();
    this.#disposables.dispose();
  }

  #adopt(panel: vscode.WebviewPanel): void {
    const { extensionUri, source, clock, changed, hold, log } = this.#options;
    const scope = new DisposableStore();
    const post = (message: HostMessage) => {
      panel.webview
        .postMessage(message)
        .then(undefined, () => log.debug('A message did not reach the page.'));
    };
    const bridge = scope.add(new Bridge({ source, clock, locale: vscode.env.language, post }));
    this.#open = { panel, bridge };
    scope.add(hold());
    scope.add(panel.webview.onDidReceiveMessage((message: unknown) => this.#onMessage(bridge, message)));
    scope.add(
      panel.onDidChangeViewState(() => {
        if (!panel.visible) bridge.hide();
        changed.fire();
      }),
    );
    panel.onDidDispose(() => {
      this.#open = null;
      scope.dispose();
      changed.fire();
    });
    panel.iconPath = vscode.Uri.joinPath(extensionUri, 'media', 'icon.png');
    this.#render(panel.webview);
    changed.fire();
  }

  #render(webview: vscode.Webview): void {
    const root = vscode.Uri.joinPath(this.#options.extensionUri, 'dist', 'webview');
    const uri = (file: string) => webview.asWebviewUri(vscode.Uri.joinPath(root, file)).toString();
    webview.options = { enableScripts: true, localResourceRoots: [root] };
    webview.html = renderPage({
      nonce: randomBytes(18).toString('base64url'),
      cspSource: webview.cspSource,
      scriptUri: uri('dashboard.js'),
      styleUri: uri('dashboard.css'),
      locale: vscode.env.language,
      title: 'Runglass',
    });
  }

  #onMessage(bridge: Bridge, value: unknown): void {
    const message = decodeMessage(value);
    switch (message?.type) {
      case 'ready':
        bridge.ready();
        break;
      case 'command':
        this.#options.run(message.command);
        break;
      case 'log':
        this.#options.log[message.level](`page: ${message.message}`);
        break;
      case undefined:
        this.#options.log.warn('A malformed message from the page was ignored.');
        break;
      default:
        message satisfies never;
    }
  }
}
