import type { DoctorCheck, DoctorReport } from '../../shared/doctor.ts';
import { clip } from '../../shared/format.ts';
import { numberWords, t } from '../../shared/l10n.ts';
import type { Problem, SyncState } from '../../shared/status.ts';
import type { SyncCounters } from '../../shared/syncDetails.ts';

/** What the report is put beside. */
export interface Surroundings {
  /** Names and versions of what runs, for example `Runglass 0.1.0`. */
  readonly versions: readonly string[];
  /** Null while no engine is open. */
  readonly sync: {
    readonly state: SyncState;
    readonly problem: Problem | null;
    readonly latency: number | null;
    readonly counters: SyncCounters;
  } | null;
}

/** The report as Markdown that can be pasted into an issue. It holds no secrets because a report holds none. */
export function reportText(report: DoctorReport, { versions, sync }: Surroundings): string {
  const lines = [
    `# ${t('Runglass Doctor')}`,
    '',
    `- ${versions.join(', ')}`,
    `- ${inert(backendWords(report))}`,
    `- ${t('Examined {0}', new Date(report.startedAt).toISOString())}${durationWords(report)}`,
    `- ${t('Sync: {0}', sync ? syncWords(sync) : t('not running'))}`,
    '',
    ...report.checks.map((check) => `- ${marks[check.outcome]} **${check.title}**: ${inert(check.detail)}`),
  ];
  for (const check of report.checks) lines.push(...findingLines(check));
  if (sync) lines.push('', `## ${t('Counters')}`, '', '```json', countersText(sync.counters), '```');
  return `${lines.join('\n')}\n`;
}

const marks: { readonly [O in DoctorCheck['outcome']]: string } = {
  waiting: '…',
  running: '…',
  ok: '✓',
  warning: '⚠',
  failed: '✗',
  skipped: '–',
};

function backendWords({ backend, schemaVersion, postgres }: DoctorReport): string {
  if (backend === null) return t('No backend');
  const kind = backend === 'embedded' ? t('Local backend') : t('Supabase');
  const parts = [
    kind,
    schemaVersion === null ? null : t('migrations {0}', schemaVersion),
    postgres === null ? null : `PostgreSQL ${postgres}`,
  ];
  return parts.filter((part) => part !== null).join(', ');
}

function durationWords({ startedAt, finishedAt }: DoctorReport): string {
  return finishedAt === null ? '' : ` (${numberWords((finishedAt - startedAt) / 1000)} s)`;
}

function syncWords({ state, problem, latency }: NonNullable<Surroundings['sync']>): string {
  return [state, problem?.reason, latency === null ? null : `${numberWords(Math.round(latency))} ms`]
    .filter(Boolean)
    .join(', ');
}

function findingLines({ title, detail: said, findings }: DoctorCheck): string[] {
  if (findings.length === 0) return [];
  const lines = ['', `## ${title}`];
  for (const { table, detail, remedy } of findings) {
    if (!said.includes(detail))
      lines.push('', table === null ? inert(detail) : `${code(table)}: ${inert(detail)}`);
    if (remedy?.kind === 'sql') lines.push('', t('SQL that mends it:'), ...fenced(remedy.text));
    else if (remedy) lines.push('', `→ ${inert(remedy.text)}`);
  }
  return lines;
}

/** Longer words of a server are cut, characters. */
const longest = 2_000;

/**
 * Words that may be a server's, on one line that reads well as it stands, too: no tag, heading, picture or code is made of
 * them, and no link that hides its address.
 */
function inert(text: string): string {
  const line = clip(text, longest).replace(/\s+/g, ' ').trim();
  return line.replace(/[\\`*~|<>[\]@]|^[#+=-]/g, '\\$&');
}

function code(name: string): string {
  return `\`${clip(name, 200).replace(/[\s`]+/g, ' ')}\``;
}

/** SQL between fences that are longer than any row of backticks in it. */
function fenced(sql: string): string[] {
  const longest = Math.max(2, ...(sql.match(/`+/g) ?? []).map(({ length }) => length));
  const fence = '`'.repeat(longest + 1);
  return [`${fence}sql`, sql, fence];
}

function countersText(counters: SyncCounters): string {
  return JSON.stringify(counters, null, 1).replace(/\n\s*/g, ' ');
}
