import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { type Disposable, DisposableStore, toDisposable } from '../../shared/disposable.ts';
import type { DashboardCommand, HostMessage, ShowTarget, WebviewMessage } from '../../shared/protocol.ts';
import type { Parameters } from '../../shared/requests.ts';
import type { DisplayLanguage } from '../displayLanguage.ts';
import { disk } from '../platform/disk.ts';
import { describeError } from '../platform/log.ts';
import type { ReadTimeline } from '../supabase/timeline.ts';
import type { Clock, Log } from '../sync/types.ts';
import { type AccountAccess, accountHandlers } from './accountHandlers.ts';
import { Answers } from './answers.ts';
import { Bridge, type DashboardSource } from './bridge.ts';
import { type Details, DetailsFeed } from './details.ts';
import { renderPage } from './html.ts';
import { decodeMessage, unreadableRequest } from './messages.ts';
import { OlderEntries } from './olderEntries.ts';
import { saveFile } from './saveFile.ts';

export interface PageOptions {
  readonly extensionUri: vscode.Uri;
  readonly source: DashboardSource;
  readonly details: () => Promise<Details>;
  /** Reads the past of whoever is signed in; null while nobody is. */
  readonly timeline: () => ReadTimeline | null;
  /** Reads and writes for whoever is signed in; null while nobody is. */
  readonly access: () => AccountAccess | null;
  /** The page has had a row written: it should show soon. */
  readonly written: () => void;
  /** Settles when the command has ended; rejects when it failed. */
  readonly run: (command: DashboardCommand) => Promise<void>;
  readonly language: DisplayLanguage;
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
  readonly #answers: Answers;
  #feed = new DisposableStore();

  constructor(panel: vscode.WebviewPanel, options: PageOptions) {
    const { source, clock, timeline, access, written, log } = options;
    this.#options = options;
    this.#panel = panel;
    const post = (message: HostMessage) => this.#post(message);
    this.#bridge = this.#disposables.add(new Bridge({ source, clock, post }));
    this.#older = new OlderEntries({ read: timeline, post, log });
    const handlers = {
      ...accountHandlers({ access, written }),
      saveFile: (parameters: Parameters<'saveFile'>) => saveFile(parameters, { disk, log }),
    };
    this.#answers = new Answers({ handlers, post, log });
    this.#disposables.add(toDisposable(() => this.#forgetRequests()));
    this.#disposables.add(toDisposable(() => this.#feed.dispose()));
    this.#disposables.add(panel.webview.onDidReceiveMessage((message: unknown) => this.#receive(message)));
    this.#render(panel.webview);
  }

  /** The page is hidden: what it holds is gone, and nothing is sent until it is `ready` again. */
  hide(): void {
    this.#bridge.hide();
    this.#forgetRequests();
    this.#watchDetails(false);
  }

  setRefreshing(refreshing: boolean): void {
    this.#bridge.setRefreshing(refreshing);
  }

  show(target: ShowTarget): void {
    this.#bridge.show(target);
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
      language: this.#options.language,
      title: 'Runglass',
    });
  }

  #receive(raw: unknown): void {
    const message = decodeMessage(raw);
    if (message) this.#onMessage(message);
    else this.#refuse(raw);
  }

  /** The page waits for an answer also to a request that nobody can read. */
  #refuse(raw: unknown): void {
    this.#options.log.warn('A malformed message from the page was ignored.');
    const request = unreadableRequest(raw);
    if (request !== null) this.#answers.refuse(request);
  }

  #onMessage(message: WebviewMessage): void {
    switch (message.type) {
      case 'ready':
        // A page without a place is a new one, whose sheet is closed until it says otherwise.
        if (message.cursor === null) {
          this.#watchDetails(false);
          this.#forgetRequests();
        }
        this.#bridge.ready();
        break;
      case 'command':
        this.#attempt(this.#run(message.command), message.command);
        break;
      case 'older':
        this.#older.ask(message);
        break;
      case 'request':
        this.#answers.take(message);
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
      default:
        message satisfies never;
    }
  }

  #forgetRequests(): void {
    this.#older.forget();
    this.#answers.forget();
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
