import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../../shared/disposable.ts';
import type { Event } from '../../shared/emitter.ts';
import type { Formats } from '../../shared/format.ts';
import type { DashboardStatus } from '../../shared/protocol.ts';
import { commands, contextKeys, statusBarId } from '../ids.ts';
import type { Configuration } from '../platform/configuration.ts';
import type { ContextKeys } from '../platform/contextKeys.ts';
import { Holder } from '../platform/holder.ts';
import { Pacer } from '../platform/pacer.ts';
import type { Clock, ReplicaView } from '../sync/types.ts';
import { tooltipOf } from '../tooltip.ts';
import type { StatusBarModel } from './model.ts';
import { statusBarOf } from './rows.ts';
import { tooltipCommands } from './tooltip.ts';

export interface StatusBarOptions {
  /** What the dashboard shows, so that both say the same. */
  readonly source: {
    readonly replica: ReplicaView | null;
    readonly status: DashboardStatus;
    readonly onDidChangeRows: Event<void>;
    readonly onDidChangeStatus: Event<void>;
  };
  readonly config: Configuration;
  readonly keys: ContextKeys;
  readonly formats: Formats;
  readonly clock: Clock;
  /** Keeps the engine open while the item is shown. */
  readonly hold: () => Disposable;
}

/** Changes closer together than this are drawn once, ms. */
const pace = 100;
/** A period may end, a run fall silent and time left pass while nothing else changes, ms. */
const reviewAfter = 60_000;

/** The one owner of our status-bar item. */
export class StatusBar implements Disposable {
  readonly #options: StatusBarOptions;
  readonly #item: vscode.StatusBarItem;
  readonly #disposables = new DisposableStore();
  readonly #drawing: Pacer;
  #drawn = '';

  constructor(options: StatusBarOptions) {
    this.#options = options;
    this.#drawing = this.#disposables.add(new Pacer(options.clock, () => this.#draw()));
    this.#item = this.#disposables.add(
      vscode.window.createStatusBarItem(statusBarId, vscode.StatusBarAlignment.Right, 100),
    );
    this.#item.name = 'Runglass';
    this.#item.command = commands.openDashboard;
    const { source, config } = options;
    const holder = this.#disposables.add(new Holder(options.hold));
    const follow = () => holder.set(config.current.statusBarDisplay !== 'off');
    this.#disposables.add(config.onDidChange(follow));
    for (const event of [source.onDidChangeRows, source.onDidChangeStatus, config.onDidChange])
      this.#disposables.add(event(() => this.#drawing.runIn(pace)));
    follow();
    this.#drawing.runIn(0);
  }

  dispose(): void {
    this.#disposables.dispose();
  }

  #draw(): void {
    const model = this.#model();
    this.#options.keys.set(contextKeys.limitReached, model.limitReached);
    const drawn = JSON.stringify(model);
    if (model.visible && drawn !== this.#drawn) this.#show(model);
    if (!model.visible) this.#item.hide();
    this.#drawn = drawn;
    if (model.visible) this.#drawing.runIn(reviewAfter);
  }

  #model(): StatusBarModel {
    const { source, config, clock, formats } = this.#options;
    const { statusBarDisplay: display, statusBarMetric: metric } = config.current;
    const { replica, status } = source;
    const now = clock.now() + status.clockOffset;
    return statusBarOf({ replica, display, metric, status, now, formats });
  }

  #show({ text, tooltip, accessibilityLabel, background }: StatusBarModel): void {
    this.#item.text = text;
    this.#item.tooltip = tooltipOf(tooltip, tooltipCommands);
    this.#item.accessibilityInformation = { label: accessibilityLabel, role: 'button' };
    this.#item.backgroundColor = background
      ? new vscode.ThemeColor(`statusBarItem.${background}Background`)
      : undefined;
    this.#item.show();
  }
}
