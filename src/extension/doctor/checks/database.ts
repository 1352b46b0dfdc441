import type { DoctorFinding, Remedy } from '../../../shared/doctor.ts';
import type { L10n } from '../../words.ts';
import type { Patient } from '../patient.ts';
import type { DatabaseFinding, Diagnosis, Reply } from '../probe.ts';
import { answerOf, failed, ok, setting, skipped, sql, type Verdict } from '../verdict.ts';

/** The version of the migrations that this extension is made for. */
export const schemaVersion = 2;

/** Without these it does not work, or cannot be examined; without the others of the migrations it is slow or lax. */
const breaking = new Set(['missing_blueprint', 'missing_function', 'no_execute']);

/** Functions that PostgREST or Postgres does not know. */
const unknownFunction = new Set(['PGRST202', '42883']);

/** Whether the migrations in the database are those of this extension, and whole. */
export async function checkMigrations(patient: Patient): Promise<Verdict> {
  const { l10n } = patient.options;
  const answer = await patient.diagnose();
  if (!('findings' in answer)) return noDiagnosis(answer, l10n);
  const version = answer.schemaVersion ?? 0;
  const push = l10n.t(
    'Run “supabase db push” with the migrations of this extension, or run the files of supabase/migrations in the SQL editor, in the order of their names.',
  );
  if (version < schemaVersion)
    return failed(
      l10n.t(
        'The database has version {0} of the migrations, this extension needs {1}.',
        version,
        schemaVersion,
      ),
      push,
    );
  const findings = of(
    answer,
    ['missing_blueprint', 'missing_function', 'no_execute', 'missing_constraint', 'missing_index'],
    l10n,
  );
  if (version > schemaVersion)
    findings.push({
      table: null,
      detail: l10n.t(
        'The database has version {0} of the migrations, this extension knows {1}.',
        version,
        schemaVersion,
      ),
      remedy: setting(l10n.t('Update the extension.')),
    });
  const breaks = answer.findings.some(({ code }) => breaking.has(code));
  return findings.length === 0
    ? ok(l10n.t('Version {0}, on PostgreSQL {1}.', version, answer.postgres))
    : verdictOf(findings, breaks ? 'failed' : 'warning', l10n);
}

/** `sync_doctor` itself could not be asked. */
function noDiagnosis(reply: Reply, l10n: L10n): Verdict {
  const code = reply.code ?? '';
  if (unknownFunction.has(code))
    return failed(
      l10n.t('The function sync_doctor is missing: the migrations of Runglass were not applied, or not all.'),
      applyAgain(l10n).text,
    );
  const detail = l10n.t('Signed-in users may not call sync_doctor.');
  const grant = sql('grant execute on function public.sync_doctor() to authenticated;');
  if (code === '42501' && reply.message.includes('sync_doctor'))
    return { outcome: 'failed', detail, findings: [{ table: null, detail, remedy: grant }] };
  return failed(
    l10n.t('The function sync_doctor fails: {0}', answerOf(reply)),
    // What it looks at is not there, or not allowed: the migrations make that, too.
    code.startsWith('42') ? applyAgain(l10n).text : undefined,
  );
}

/** Whether the changes of every table are handed to Realtime. */
export function checkPublication(patient: Patient): Promise<Verdict> {
  const { l10n } = patient.options;
  const codes = ['no_publication', 'wal_level', 'publishes_in_part', 'not_published', 'published_in_part'];
  return look(patient, codes, l10n.t('All tables are in the publication supabase_realtime.'));
}

/** Whether deletes and updates name their row by its key alone. */
export function checkReplicaIdentity(patient: Patient): Promise<Verdict> {
  const { l10n } = patient.options;
  return look(patient, ['replica_identity'], l10n.t('It is the primary key on every table.'));
}

/** Whether everybody sees their own rows, and only these. */
export function checkRowSecurity(patient: Patient): Promise<Verdict> {
  const { l10n } = patient.options;
  return look(
    patient,
    ['no_row_security', 'missing_policy'],
    l10n.t('It is on for every table, with all policies.'),
  );
}

/** Whether every change gets its number. */
export function checkTriggers(patient: Patient): Promise<Verdict> {
  const { l10n } = patient.options;
  return look(patient, ['missing_trigger', 'disabled_trigger'], l10n.t('All are there and on.'));
}

/** Whether every row has a number that a pull can reach. */
export function checkNumbers(patient: Patient): Promise<Verdict> {
  const { l10n } = patient.options;
  return look(patient, ['bad_seq'], l10n.t('Every row of this account has one, none above the head.'));
}

async function look(
  patient: Patient,
  codes: readonly string[],
  /** What to say when none of them is there. */
  sound: string,
): Promise<Verdict> {
  const { l10n } = patient.options;
  const diagnosis = patient.diagnosis;
  if (!diagnosis) return skipped(l10n.t('Not looked at: the function sync_doctor did not answer.'));
  const findings = of(diagnosis, codes, l10n);
  return findings.length === 0 ? ok(sound) : verdictOf(findings, 'failed', l10n);
}

function of({ findings }: Diagnosis, codes: readonly string[], l10n: L10n): DoctorFinding[] {
  return findings.filter(({ code }) => codes.includes(code)).map((finding) => databaseFinding(finding, l10n));
}

/** Findings with the one sentence that stands for them all. */
export function verdictOf(
  findings: readonly DoctorFinding[],
  outcome: 'failed' | 'warning',
  l10n: L10n,
): Verdict {
  const [first] = findings;
  const detail =
    findings.length === 1 && first
      ? [first.table, first.detail].filter(Boolean).join(': ')
      : l10n.t('{0} things are not as they should be.', findings.length);
  return { outcome, detail, findings };
}

/** What helps where no single statement does. */
export function applyAgain(l10n: L10n): Remedy {
  return setting(
    l10n.t(
      'Run the files of supabase/migrations in the SQL editor, in the order of their names; what is there already is kept.',
    ),
  );
}

/** A finding of `sync_doctor` in words. */
export function databaseFinding(finding: DatabaseFinding, l10n: L10n): DoctorFinding {
  const remedy = finding.fix === null ? remedyWithoutSql(finding, l10n) : sql(finding.fix);
  return { table: finding.table, detail: wordsOf(finding, l10n), remedy };
}

function remedyWithoutSql({ code }: DatabaseFinding, l10n: L10n): Remedy | null {
  switch (code) {
    case 'unreadable':
      return setting(l10n.t('Look at the policies of the table: one of them fails.'));
    case 'missing_column':
      return setting(
        l10n.t(
          'What was in it cannot be made again: restore it from a backup, or drop the table and run the files of supabase/migrations.',
        ),
      );
    default:
      return applyAgain(l10n);
  }
}

function wordsOf({ code, name, detail }: DatabaseFinding, l10n: L10n): string {
  const part = name ?? '';
  switch (code) {
    case 'missing_blueprint':
      return l10n.t('What the migrations made is not known any more, so what is missing cannot be told.');
    case 'missing_table':
      return l10n.t('The table is missing.');
    case 'missing_column':
      return l10n.t('The column {0} is missing.', part);
    case 'missing_constraint':
      return l10n.t('The constraint {0} is missing.', part);
    case 'missing_index':
      return l10n.t('The index {0} is missing, so pulls are slow.', part);
    case 'missing_function':
      return l10n.t('The function {0} is missing.', part);
    case 'missing_trigger':
      return l10n.t('The trigger {0} is missing.', part);
    case 'missing_policy':
      return l10n.t('The policy “{0}” is missing.', part);
    case 'disabled_trigger':
      return l10n.t('The trigger {0} is switched off.', part);
    case 'no_row_security':
      return l10n.t('Row-level security is off: every user reads every row.');
    case 'no_select':
      return l10n.t('Signed-in users may not read the table.');
    case 'no_execute':
      return l10n.t('Signed-in users may not call {0}.', part);
    case 'no_publication':
      return l10n.t('The publication supabase_realtime does not exist.');
    case 'wal_level':
      return l10n.t('Realtime reads no changes while wal_level is {0} instead of logical.', part);
    case 'publishes_in_part':
      return l10n.t('The publication supabase_realtime leaves out inserts, updates or deletes.');
    case 'not_published':
      return l10n.t(
        'The table is not in the publication supabase_realtime, so its changes come only by pulling.',
      );
    case 'published_in_part':
      return l10n.t('The publication supabase_realtime leaves out some columns or rows of the table.');
    case 'replica_identity':
      return l10n.t('The replica identity is not the primary key.');
    case 'bad_seq':
      return l10n.t('{0} rows have no number that a pull can reach.', part);
    default:
      return detail;
  }
}
