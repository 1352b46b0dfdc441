import * as vscode from 'vscode';
import type { Table } from '../../../src/shared/model.ts';
import { applyPatches, emptyTables, type TableMaps } from '../../../src/shared/patch.ts';
import type { DashboardStatus, HostMessage } from '../../../src/shared/protocol.ts';
import { tables } from '../../../src/shared/tables.ts';

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
  rows: TableMaps = emptyTables();

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
          page.#hear(message);
          return post(message);
        };
        return panel;
      },
    });
    return page;
  }

  get status(): DashboardStatus | null {
    return this.told.at(-1)?.status ?? null;
  }

  /** What stood at the first moment, and what was said until the second. */
  between(from: number, to: number): readonly Told[] {
    const standing = this.told.findLast(({ at }) => at <= from);
    const during = this.told.filter(({ at }) => at > from && at <= to);
    return standing ? [standing, ...during] : during;
  }

  #hear(message: HostMessage): void {
    if (message.type !== 'snapshot' && message.type !== 'patch') return;
    if (message.type === 'patch') this.rows = applyPatches(this.rows, message.tables);
    else {
      const up = (table: Table) => ({ up: message.tables[table], del: [] });
      this.rows = applyPatches(
        emptyTables(),
        Object.fromEntries(tables.map((table) => [table, up(table)])) as never,
      );
    }
    const owners = new Set<string>();
    for (const table of tables) for (const row of this.rows[table].values()) owners.add(row.user_id);
    this.told.push({ at: Date.now(), status: message.status, owners });
  }
}
