import type { DoctorFinding } from '../../../shared/doctor.ts';
import { t } from '../../../shared/l10n.ts';
import { rowSchemas } from '../../../shared/model.ts';
import { tables } from '../../../shared/tables.ts';
import type { Patient } from '../patient.ts';
import type { Diagnosis, Reply } from '../probe.ts';
import { answerOf, ok, setting, sql, type Verdict } from '../verdict.ts';
import { applyAgain, databaseFinding, verdictOf } from './database.ts';

/** The columns that are read of each table. */
const columns: readonly (readonly [table: string, columns: readonly string[]])[] = [
  ...tables.map((table) => [table, Object.keys(rowSchemas[table].entries)] as const),
  ['training_run_metrics', ['run_id', 'step', 'user_id', 'metrics', 'recorded_at']],
  ['training_run_configs', ['run_id', 'user_id', 'config']],
  ['sync_tombstones', ['user_id', 'sync_seq', 'tbl', 'pk', 'row_seq', 'deleted_at']],
  ['sync_canaries', ['user_id', 'nonce', 'sync_seq']],
];

/** Whether each table can be read as the extension reads it: by the API, with every column. */
export async function checkTables(patient: Patient): Promise<Verdict> {
  const [probe, token] = [await patient.probe(), patient.token()];
  const replies = await Promise.all(
    columns.map(async ([table, list]) => ({ table, reply: await probe.read(token, table, list) })),
  );
  const { diagnosis } = patient;
  const known = (diagnosis?.findings ?? []).filter(({ code }) => inTables.has(code));
  const told = new Set(known.map(({ table }) => table));
  const findings = [
    ...known.map((finding) => databaseFinding(finding)),
    ...replies
      .filter(({ table, reply }) => reply.code !== null && !told.has(table))
      .map(({ table, reply }) => readFinding(table, reply, diagnosis)),
  ];
  return findings.length === 0
    ? ok(t('All {0} tables can be read, with every column.', columns.length))
    : verdictOf(findings, 'failed');
}

const inTables = new Set(['missing_table', 'missing_column', 'no_select', 'unreadable']);

/** What the API says against reading a table, where the database itself has nothing to say. */
function readFinding(table: string, reply: Reply, diagnosis: Diagnosis | null): DoctorFinding {
  // The database has it, so the API has not noticed yet.
  const reload = diagnosis ? sql(`notify pgrst, 'reload schema';`) : applyAgain();
  switch (reply.code) {
    case 'PGRST205':
    case '42P01':
      return { table, detail: t('The API does not know the table.'), remedy: reload };
    case 'PGRST204':
    case '42703': {
      const column = /column (?:\w+\.)?"?(\w+)"?/.exec(reply.message)?.[1] ?? reply.message;
      return { table, detail: t('The column {0} is missing.', column), remedy: reload };
    }
    case 'PGRST106':
      return {
        table,
        detail: t('The API does not show the schema public.'),
        remedy: setting(t('Add public to Project Settings > Data API > Exposed schemas.')),
      };
    case '42501':
      return {
        table,
        detail: t('Signed-in users may not read the table.'),
        remedy: sql(`grant select on public.${table} to authenticated;`),
      };
    default:
      return {
        table,
        detail: t('Reading it fails: {0}', answerOf(reply)),
        remedy: null,
      };
  }
}
