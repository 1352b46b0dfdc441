import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { type Disposable, DisposableStore, toDisposable } from '../../shared/disposable.ts';
import type { DashboardCommand, HostMessage, WebviewMessage } from '../../shared/protocol.ts';
import { describeError } from '../platform/log.ts';
import type { ReadTimeline } from '../supabase/timeline.ts';
import type { Clock, Log } from '../sync/types.ts';
import { Bridge, type DashboardSource } from './bridge.ts';
import { type Details, DetailsFeed } from './details.ts';
import { renderPage } from './html.ts';
import { decodeMessage } from './messages.ts';
import { OlderEntries } from './olderEntries.ts';

export interface PageOptions {
  readonly extensionUri: vscode.Uri;
  readonly source: DashboardSource;
  readonly details: () => Promise<Details>;
  /** Reads the past of whoever is signed in; null while nobody is. */
  readonly timeline: () => ReadTimeline | null;
  /** Settles when the command has ended; rejects when it failed. */
  readonly run: (command: DashboardCommand) => Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
}

/** The page in one panel: what it is sent, and what it asks for. Loaded when the first panel opens. */
export class DashboardPage implements Disposable {
  readonly #options: PageOptions;
  readonly #panel: vscode.WebviewPanel;
  readonly #disposables = new DisposableStore();
  readonly #bridge: Bridge;
  readonly #older: OlderEntries;
  #feed = new DisposableStore();

  constructor(panel: vscode.WebviewPanel, options: PageOptions) {
    const { source, clock, timeline, log } = options;
    this.#options = options;
    this.#panel = panel;
    const post = (message: HostMessage) => this.#post(message);
    this.#bridge = this.#disposables.add(new Bridge({ source, clock, locale: vscode.env.language, post }));
    this.#older = new OlderEntries({ read: timeline, post, l10n: vscode.l10n, log });
    this.#disposables.add(toDisposable(() => this.#older.forget()));
    this.#disposables.add(toDisposable(() => this.#feed.dispose()));
    this.#disposables.add(
      panel.webview.onDidReceiveMessage((message: unknown) => this.#onMessage(decodeMessage(message))),
    );
    this.#render(panel.webview);
  }

  /** The page is hidden: what it holds is gone, and nothing is sent until it is `ready` again. */
  hide(): void {
    this.#bridge.hide();
    this.#older.forget();
    this.#watchDetails(false);
  }

  setRefreshing(refreshing: boolean): void {
    this.#bridge.setRefreshing(refreshing);
  }

  showDetails(): void {
    this.#bridge.showDetails();
  }

  dispose(): void {
    this.#disposables.dispose();
  }

  #post(message: HostMessage): void {
    const lost = () => this.#options.log.debug('A message did not reach the page.');
    this.#panel.webview.postMessage(message).then(undefined, lost);
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

  #onMessage(message: WebviewMessage | null): void {
    switch (message?.type) {
      case 'ready':
        // A page without a place is a new one, whose sheet is closed until it says otherwise.
        if (message.cursor === null) {
          this.#watchDetails(false);
          this.#older.forget();
        }
        this.#bridge.ready();
        break;
      case 'command':
        this.#attempt(this.#run(message.command), message.command);
        break;
      case 'older':
        this.#older.ask(message);
        break;
      case 'details':
        this.#watchDetails(message.open);
        break;
      case 'copy':
        this.#attempt(this.#copy(message.what, message.text), 'copy');
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

  async #run(command: DashboardCommand): Promise<void> {
    await this.#options.run(command);
    if (command === 'copyDoctorReport') this.#post({ type: 'copied', what: command });
  }

  async #copy(what: string, text: string): Promise<void> {
    await vscode.env.clipboard.writeText(text);
    this.#post({ type: 'copied', what });
  }

  #watchDetails(open: boolean): void {
    this.#feed.dispose();
    const feed = new DisposableStore();
    this.#feed = feed;
    if (open) this.#attempt(this.#feedDetails(feed), 'details');
  }

  async #feedDetails(feed: DisposableStore): Promise<void> {
    const details = await this.#options.details();
    if (feed.isDisposed || this.#disposables.isDisposed) return;
    const post = (message: HostMessage) => this.#post(message);
    feed.add(new DetailsFeed({ details, post, clock: this.#options.clock }));
  }

  #attempt(task: Promise<void>, name: string): void {
    task.catch((error: unknown) => this.#options.log.error(`${name} failed: ${describeError(error)}`));
  }
}
