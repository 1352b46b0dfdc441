import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../../shared/disposable.ts';
import type { Emitter, Event } from '../../shared/emitter.ts';
import type { Attention } from '../sync/types.ts';

export interface AttentionOptions {
  readonly isVisible: () => boolean;
  readonly awaitsRuns: () => boolean;
  /** What either depends on has changed. */
  readonly onDidChange: readonly Event<void>[];
  readonly changed: Emitter<void>;
}

/** Who cares for our numbers: they are seen when the window has the focus or the dashboard is visible. */
export class WindowAttention implements Attention, Disposable {
  readonly #options: AttentionOptions;
  readonly #disposables = new DisposableStore();
  #watched: boolean;
  #awaitsRuns: boolean;

  constructor(options: AttentionOptions) {
    this.#options = options;
    this.#disposables.add(options.changed);
    this.#watched = this.#look();
    this.#awaitsRuns = options.awaitsRuns();
    for (const event of [...options.onDidChange, vscode.window.onDidChangeWindowState])
      this.#disposables.add(event(() => this.#update()));
  }

  get watched(): boolean {
    return this.#watched;
  }

  get awaitsRuns(): boolean {
    return this.#awaitsRuns;
  }

  get onDidChange(): Event<void> {
    return this.#options.changed.event;
  }

  dispose(): void {
    this.#disposables.dispose();
  }

  #look(): boolean {
    return vscode.window.state.focused || this.#options.isVisible();
  }

  #update(): void {
    const watched = this.#look();
    const awaitsRuns = this.#options.awaitsRuns();
    if (watched === this.#watched && awaitsRuns === this.#awaitsRuns) return;
    this.#watched = watched;
    this.#awaitsRuns = awaitsRuns;
    this.#options.changed.fire();
  }
}
