import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../../shared/disposable.ts';
import type { Emitter, Event } from '../../shared/emitter.ts';
import type { Attention } from '../sync/types.ts';

/** Whether anybody can see our numbers: the window has the focus or the dashboard is visible. */
export class WindowAttention implements Attention, Disposable {
  readonly #changed: Emitter<void>;
  readonly #isVisible: () => boolean;
  readonly #disposables = new DisposableStore();
  #watched: boolean;

  constructor(isVisible: () => boolean, onDidChangeVisible: Event<void>, changed: Emitter<void>) {
    this.#isVisible = isVisible;
    this.#changed = this.#disposables.add(changed);
    this.#watched = this.#look();
    this.#disposables.add(onDidChangeVisible(() => this.#update()));
    this.#disposables.add(vscode.window.onDidChangeWindowState(() => this.#update()));
  }

  get watched(): boolean {
    return this.#watched;
  }

  get onDidChange(): Event<void> {
    return this.#changed.event;
  }

  dispose(): void {
    this.#disposables.dispose();
  }

  #look(): boolean {
    return vscode.window.state.focused || this.#isVisible();
  }

  #update(): void {
    const watched = this.#look();
    if (watched === this.#watched) return;
    this.#watched = watched;
    this.#changed.fire();
  }
}
