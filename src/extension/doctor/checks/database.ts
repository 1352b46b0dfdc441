import type { DoctorFinding, Remedy } from '../../../shared/doctor.ts';
import { numberWords, plural, t } from '../../../shared/l10n.ts';
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
  const answer = await patient.diagnose();
  if (!('findings' in answer)) return noDiagnosis(answer);
  const version = answer.schemaVersion ?? 0;
  const push = t(
    'Run “Runglass: Set Up Database”: it prepares the files of supabase/migrations, as SQL or for “supabase db push”.',
  );
  if (version < schemaVersion)
    return failed(
      t('The database has version {0} of the migrations, this extension needs {1}.', version, schemaVersion),
      push,
    );
  const findings = of(answer, [
    'missing_blueprint',
    'missing_function',
    'no_execute',
    'missing_constraint',
    'missing_index',
  ]);
  if (version > schemaVersion)
    findings.push({
      table: null,
      detail: t(
        'The database has version {0} of the migrations, this extension knows {1}.',
        version,
        schemaVersion,
      ),
      remedy: setting(t('Update the extension.')),
    });
  const breaks = answer.findings.some(({ code }) => breaking.has(code));
  return findings.length === 0
    ? ok(t('Version {0}, on PostgreSQL {1}.', version, answer.postgres))
    : verdictOf(findings, breaks ? 'failed' : 'warning');
}

/** `sync_doctor` itself could not be asked. */
function noDiagnosis(reply: Reply): Verdict {
  const code = reply.code ?? '';
  if (unknownFunction.has(code))
    return failed(
      t('The function sync_doctor is missing: the migrations of Runglass were not applied, or not all.'),
      applyAgain().text,
    );
  const detail = t('Signed-in users may not call sync_doctor.');
  const grant = sql('grant execute on function public.sync_doctor() to authenticated;');
  if (code === '42501' && reply.message.includes('sync_doctor'))
    return { outcome: 'failed', detail, findings: [{ table: null, detail, remedy: grant }] };
  return failed(
    t('The function sync_doctor fails: {0}', answerOf(reply)),
    // What it looks at is not there, or not allowed: the migrations make that, too.
    code.startsWith('42') ? applyAgain().text : undefined,
  );
}

/** Whether the changes of every table are handed to Realtime. */
export function checkPublication(patient: Patient): Promise<Verdict> {
  const codes = ['no_publication', 'wal_level', 'publishes_in_part', 'not_published', 'published_in_part'];
  return look(patient, codes, t('All tables are in the publication supabase_realtime.'));
}

/** Whether deletes and updates name their row by its key alone. */
export function checkReplicaIdentity(patient: Patient): Promise<Verdict> {
  return look(patient, ['replica_identity'], t('It is the primary key on every table.'));
}

/** Whether everybody sees their own rows, and only these. */
export function checkRowSecurity(patient: Patient): Promise<Verdict> {
  return look(
    patient,
    ['no_row_security', 'missing_policy'],
    t('It is on for every table, with all policies.'),
  );
}

/** Whether every change gets its number. */
export function checkTriggers(patient: Patient): Promise<Verdict> {
  return look(patient, ['missing_trigger', 'disabled_trigger'], t('All are there and on.'));
}

/** Whether every row has a number that a pull can reach. */
export function checkNumbers(patient: Patient): Promise<Verdict> {
  return look(patient, ['bad_seq'], t('Every row of this account is numbered, none above the counter.'));
}

async function look(
  patient: Patient,
  codes: readonly string[],
  /** What to say when none of them is there. */
  sound: string,
): Promise<Verdict> {
  const diagnosis = patient.diagnosis;
  if (!diagnosis) return skipped(t('Not looked at: the function sync_doctor did not answer.'));
  const findings = of(diagnosis, codes);
  return findings.length === 0 ? ok(sound) : verdictOf(findings, 'failed');
}

function of({ findings }: Diagnosis, codes: readonly string[]): DoctorFinding[] {
  return findings.filter(({ code }) => codes.includes(code)).map((finding) => databaseFinding(finding));
}

/** Findings with the one sentence that stands for them all. */
export function verdictOf(findings: readonly DoctorFinding[], outcome: 'failed' | 'warning'): Verdict {
  const [first] = findings;
  const detail =
    findings.length === 1 && first
      ? [first.table, first.detail].filter(Boolean).join(': ')
      : plural(
          findings.length,
          '{0} thing is not as it should be.',
          '{0} things are not as they should be.',
          findings.length,
        );
  return { outcome, detail, findings };
}

/** What helps where no single statement does. */
export function applyAgain(): Remedy {
  return setting(
    t(
      'Run “Runglass: Set Up Database”, which prepares the files of supabase/migrations; what is there already is kept.',
    ),
  );
}

/** A finding of `sync_doctor` in words. */
export function databaseFinding(finding: DatabaseFinding): DoctorFinding {
  const remedy = finding.fix === null ? remedyWithoutSql(finding) : sql(finding.fix);
  return { table: finding.table, detail: wordsOf(finding), remedy };
}

function remedyWithoutSql({ code }: DatabaseFinding): Remedy | null {
  switch (code) {
    case 'unreadable':
      return setting(t('Look at the policies of the table: one of them fails.'));
    case 'missing_column':
      return setting(
        t(
          'What was in it cannot be made again: restore it from a backup, or drop the table and run “Runglass: Set Up Database”.',
        ),
      );
    default:
      return applyAgain();
  }
}

function wordsOf({ code, name, detail }: DatabaseFinding): string {
  const part = name ?? '';
  switch (code) {
    case 'missing_blueprint':
      return t('What the migrations made is not known any more, so what is missing cannot be told.');
    case 'missing_table':
      return t('The table is missing.');
    case 'missing_column':
      return t('The column {0} is missing.', part);
    case 'missing_constraint':
      return t('The constraint {0} is missing.', part);
    case 'missing_index':
      return t('The index {0} is missing, so pulls are slow.', part);
    case 'missing_function':
      return t('The function {0} is missing.', part);
    case 'missing_trigger':
      return t('The trigger {0} is missing.', part);
    case 'missing_policy':
      return t('The policy “{0}” is missing.', part);
    case 'disabled_trigger':
      return t('The trigger {0} is switched off.', part);
    case 'no_row_security':
      return t('Row-level security is off: every user reads every row.');
    case 'no_select':
      return t('Signed-in users may not read the table.');
    case 'no_execute':
      return t('Signed-in users may not call {0}.', part);
    case 'no_publication':
      return t('The publication supabase_realtime does not exist.');
    case 'wal_level':
      return t('Realtime reads no changes while wal_level is {0} instead of logical.', part);
    case 'publishes_in_part':
      return t('The publication supabase_realtime leaves out inserts, updates or deletes.');
    case 'not_published':
      return t('The table is not in the publication supabase_realtime, so its changes come only by pulling.');
    case 'published_in_part':
      return t('The publication supabase_realtime leaves out some columns or rows of the table.');
    case 'replica_identity':
      return t('The replica identity is not the primary key.');
    case 'bad_seq':
      return plural(
        Number(part),
        '{0} row has no number that a pull can reach.',
        '{0} rows have no number that a pull can reach.',
        numberWords(Number(part)),
      );
    default:
      return detail;
  }
}
