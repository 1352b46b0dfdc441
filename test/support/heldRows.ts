import type { Table } from '../../src/shared/model.ts';
import { applyPatches, emptyTables, type TableMaps } from '../../src/shared/patch.ts';
import type { DashboardStatus, HostMessage } from '../../src/shared/protocol.ts';
import { tables } from '../../src/shared/tables.ts';

/** The rows that the dashboard's page holds after the messages it was sent, and the status that came with the last. */
export class HeldRows {
  rows: TableMaps = emptyTables();
  status: DashboardStatus | null = null;

  /** Answers whether the message was one that tells rows. */
  hear(message: HostMessage): boolean {
    if (message.type !== 'snapshot' && message.type !== 'patch') return false;
    if (message.type === 'patch') this.rows = applyPatches(this.rows, message.tables);
    else {
      const up = (table: Table) => ({ up: message.tables[table], del: [] });
      this.rows = applyPatches(
        emptyTables(),
        Object.fromEntries(tables.map((table) => [table, up(table)])) as never,
      );
    }
    this.status = message.status;
    return true;
  }
}
