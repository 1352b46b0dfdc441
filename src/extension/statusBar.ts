import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../shared/disposable.ts';
import type { Event } from '../shared/emitter.ts';
import { commands, statusBarId } from './ids.ts';
import { type StatusBarInputs, statusBarModel } from './statusBarModel.ts';

export interface StatusBarOptions {
  readonly inputs: () => StatusBarInputs;
  /** Anything that `inputs` reads has changed. */
  readonly onDidChange: Event<void>;
}

/** Changes closer together than this are drawn once, ms. */
const pace = 100;
/** A period may end while nothing else changes, ms. */
const reviewAfter = 60_000;

/** The one owner of our status-bar item. */
export class StatusBar implements Disposable {
  readonly #options: StatusBarOptions;
  readonly #item: vscode.StatusBarItem;
  readonly #disposables = new DisposableStore();
  #timer: NodeJS.Timeout | null = null;
  #drawn = '';

  constructor(options: StatusBarOptions) {
    this.#options = options;
    this.#item = this.#disposables.add(
      vscode.window.createStatusBarItem(statusBarId, vscode.StatusBarAlignment.Right, 100),
    );
    this.#item.name = 'Runglass';
    this.#item.command = commands.openDashboard;
    this.#disposables.add(options.onDidChange(() => this.#touch(pace)));
    this.#draw();
  }

  dispose(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#disposables.dispose();
  }

  #touch(ms: number): void {
    if (this.#disposables.isDisposed) return;
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#draw(), ms);
  }

  #draw(): void {
    const model = statusBarModel(this.#options.inputs());
    const drawn = JSON.stringify(model);
    if (model.visible && drawn !== this.#drawn) this.#show(model);
    if (!model.visible) this.#item.hide();
    this.#drawn = drawn;
    if (model.visible) this.#touch(reviewAfter);
  }

  #show({ text, tooltip, accessibilityLabel, background }: ReturnType<typeof statusBarModel>): void {
    const markdown = new vscode.MarkdownString(tooltip);
    markdown.isTrusted = { enabledCommands: Object.values(commands) };
    this.#item.text = text;
    this.#item.tooltip = markdown;
    this.#item.accessibilityInformation = { label: accessibilityLabel, role: 'button' };
    this.#item.backgroundColor = background
      ? new vscode.ThemeColor(`statusBarItem.${background}Background`)
      : undefined;
    this.#item.show();
  }
}
