import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../../shared/disposable.ts';
import type { Emitter, Event } from '../../shared/emitter.ts';
import type { ShowTarget } from '../../shared/protocol.ts';
import { panelTypes } from '../ids.ts';
import type { DashboardPage, PageOptions } from './page.ts';

export interface DashboardOptions extends PageOptions {
  /** The user has opened the panel; not when one is restored. */
  readonly opened: () => void;
  /** Keeps the engine open while the panel is. */
  readonly hold: () => Disposable;
  /** The panel was opened, closed, shown or hidden. */
  readonly changed: Emitter<void>;
}

interface OpenPanel {
  readonly panel: vscode.WebviewPanel;
  readonly page: Promise<DashboardPage | null>;
}

/** The dashboard's panel: one a window, made anew after a reload of the window. */
export class Dashboard implements Disposable, vscode.WebviewPanelSerializer {
  readonly #options: DashboardOptions;
  readonly #disposables = new DisposableStore();
  #open: OpenPanel | null = null;

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

  /**
   * Brings the panel to the front, and what was asked for into sight. With `keepFocus` the focus stays where it is if the
   * panel is on screen: what the page itself asks for must not take it out of the page.
   */
  show(target: ShowTarget | null = null, { keepFocus = false } = {}): void {
    if (this.#open) {
      const { panel } = this.#open;
      panel.reveal(undefined, keepFocus && panel.visible);
    } else {
      const title = 'Runglass';
      this.#adopt(vscode.window.createWebviewPanel(panelTypes.dashboard, title, vscode.ViewColumn.Active));
      this.#options.opened();
    }
    if (target) this.#tell((page) => page.show(target));
  }

  async deserializeWebviewPanel(panel: vscode.WebviewPanel): Promise<void> {
    if (this.#open) panel.dispose();
    else this.#adopt(panel);
  }

  setRefreshing(refreshing: boolean): void {
    this.#tell((page) => page.setRefreshing(refreshing));
  }

  dispose(): void {
    this.#open?.panel.dispose();
    this.#disposables.dispose();
  }

  #tell(what: (page: DashboardPage) => void): void {
    void this.#open?.page.then((page) => page && what(page));
  }

  #adopt(panel: vscode.WebviewPanel): void {
    const { extensionUri, changed, hold } = this.#options;
    const scope = new DisposableStore();
    this.#open = { panel, page: this.#fill(panel, scope) };
    scope.add(hold());
    scope.add(
      panel.onDidChangeViewState(() => {
        if (!panel.visible) this.#tell((page) => page.hide());
        changed.fire();
      }),
    );
    panel.onDidDispose(() => {
      this.#open = null;
      scope.dispose();
      changed.fire();
    });
    panel.iconPath = vscode.Uri.joinPath(extensionUri, 'media', 'icon.png');
    changed.fire();
  }

  /** What the page needs is loaded when the first panel opens; null when the panel was closed meanwhile. */
  async #fill(panel: vscode.WebviewPanel, scope: DisposableStore): Promise<DashboardPage | null> {
    const { DashboardPage } = await import('./page.ts');
    return scope.isDisposed ? null : scope.add(new DashboardPage(panel, this.#options));
  }
}
