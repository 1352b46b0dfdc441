import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../../../shared/disposable.ts';
import type { Event } from '../../../shared/emitter.ts';
import { t } from '../../../shared/l10n.ts';
import type { Clock } from '../../sync/types.ts';

export interface PendingDocumentOptions {
  readonly text: () => string;
  readonly onDidChange: Event<void>;
  readonly clock: Clock;
}

const scheme = 'runglass-activity';
/** Changes closer together than this are shown at once, ms. */
const pace = 500;

/** A read-only editor with what would be sent; it follows changes while it can be seen. */
export class PendingDocument implements Disposable, vscode.TextDocumentContentProvider {
  /** Its name is that of the editor's tab. */
  readonly #uri = vscode.Uri.from({ scheme, path: `/${t('What would be sent')}.json` });
  readonly #options: PendingDocumentOptions;
  readonly #disposables = new DisposableStore();
  readonly #changed = this.#disposables.add(new vscode.EventEmitter<vscode.Uri>());
  readonly onDidChange = this.#changed.event;
  #stale = false;
  #timer: Disposable | null = null;

  constructor(options: PendingDocumentOptions) {
    this.#options = options;
    this.#disposables.add(vscode.workspace.registerTextDocumentContentProvider(scheme, this));
    this.#disposables.add(
      options.onDidChange(() => {
        this.#stale = true;
        this.#refreshSoon();
      }),
    );
    this.#disposables.add(vscode.window.onDidChangeVisibleTextEditors(() => this.#refreshSoon()));
  }

  provideTextDocumentContent(): string {
    this.#stale = false;
    return this.#options.text();
  }

  async show(): Promise<void> {
    this.#changed.fire(this.#uri);
    const document = await vscode.workspace.openTextDocument(this.#uri);
    await vscode.window.showTextDocument(document, { preview: true });
  }

  dispose(): void {
    this.#timer?.dispose();
    this.#disposables.dispose();
  }

  #refreshSoon(): void {
    if (!this.#stale || this.#timer || !isVisible()) return;
    this.#timer = this.#options.clock.setTimeout(() => {
      this.#timer = null;
      if (this.#stale && isVisible()) this.#changed.fire(this.#uri);
    }, pace);
  }
}

function isVisible(): boolean {
  return vscode.window.visibleTextEditors.some(({ document }) => document.uri.scheme === scheme);
}
