import * as vscode from 'vscode';
import type { Disposable } from '../../shared/disposable.ts';
import type { Emitter, Event } from '../../shared/emitter.ts';
import { type Config, readConfig } from './config.ts';

/** Keeps the settings at hand, read anew when one of ours changes. */
export class Configuration implements Disposable {
  readonly #changed: Emitter<void>;
  readonly #subscription: vscode.Disposable;
  #config = read();

  constructor(changed: Emitter<void>) {
    this.#changed = changed;
    this.#subscription = vscode.workspace.onDidChangeConfiguration((event) => {
      if (!event.affectsConfiguration('runglass')) return;
      this.#config = read();
      this.#changed.fire();
    });
  }

  get current(): Config {
    return this.#config;
  }

  get onDidChange(): Event<void> {
    return this.#changed.event;
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#changed.dispose();
  }
}

function read(): Config {
  const configuration = vscode.workspace.getConfiguration();
  return readConfig((id) => configuration.get<unknown>(id));
}
