import * as vscode from 'vscode';
import type { TableMaps } from '../../../src/shared/patch.ts';
import type { DashboardStatus, HostMessage } from '../../../src/shared/protocol.ts';
import { tables } from '../../../src/shared/tables.ts';
import { HeldRows } from '../../support/heldRows.ts';

/** What the page was told at one moment. */
export interface Told {
  /** ms since 1970. */
  readonly at: number;
  readonly status: DashboardStatus;
  /** Whose rows the page holds since. */
  readonly owners: ReadonlySet<string>;
}

/** Everything that the dashboard's page is sent, and the rows that it therefore shows. */
export class RecordedPage {
  readonly told: Told[] = [];
  /** All that it was sent, as JSON, after its HTML. */
  readonly sent: string[] = [];
  readonly #held = new HeldRows();

  /** Listens to every panel that is opened from now on. */
  static install(): RecordedPage {
    const page = new RecordedPage();
    const { createWebviewPanel } = vscode.window;
    Object.assign(vscode.window, {
      createWebviewPanel: (...args: Parameters<typeof createWebviewPanel>) => {
        const panel = createWebviewPanel(...args);
        const { webview } = panel;
        const post = webview.postMessage.bind(webview);
        webview.postMessage = (message: HostMessage) => {
          if (page.sent.length === 0) page.sent.push(webview.html);
          page.sent.push(JSON.stringify(message));
          page.#hear(message);
          return post(message);
        };
        return panel;
      },
    });
    return page;
  }

  get rows(): TableMaps {
    return this.#held.rows;
  }

  get status(): DashboardStatus | null {
    return this.#held.status;
  }

  /** What stood at the first moment, and what was said until the second. */
  between(from: number, to: number): readonly Told[] {
    const standing = this.told.findLast(({ at }) => at <= from);
    const during = this.told.filter(({ at }) => at > from && at <= to);
    return standing ? [standing, ...during] : during;
  }

  #hear(message: HostMessage): void {
    if (!this.#held.hear(message) || !this.status) return;
    const owners = new Set<string>();
    for (const table of tables) for (const row of this.rows[table].values()) owners.add(row.user_id);
    this.told.push({ at: Date.now(), status: this.status, owners });
  }
}
