/** What the Doctor looks at, in its order; what cannot work after a failure is skipped. */
export const doctorChecks = [
  'url',
  'key',
  'session',
  'clock',
  'tables',
  'migrations',
  'publication',
  'replicaIdentity',
  'rowSecurity',
  'triggers',
  'numbers',
  'realtime',
  'delivery',
] as const;
export type DoctorCheckId = (typeof doctorChecks)[number];

/** What mends a finding: SQL to run as the owner of the database, or a sentence that says what to do. */
export interface Remedy {
  readonly kind: 'sql' | 'setting';
  readonly text: string;
}

export interface DoctorFinding {
  /** Name of the table that it is about, or null. */
  readonly table: string | null;
  /** One sentence, no secrets. */
  readonly detail: string;
  readonly remedy: Remedy | null;
}

export interface DoctorCheck {
  readonly id: DoctorCheckId;
  /** What is looked at, in a word or two. */
  readonly title: string;
  readonly outcome: 'waiting' | 'running' | 'ok' | 'warning' | 'failed' | 'skipped';
  /** What was seen, one sentence, no secrets; empty while waiting or running. */
  readonly detail: string;
  readonly findings: readonly DoctorFinding[];
}

/** One examination; told anew whenever a check begins or ends. */
export interface DoctorReport {
  /** ms since 1970, host clock. */
  readonly startedAt: number;
  /** Null while it runs. */
  readonly finishedAt: number | null;
  /** Null when none has been chosen. */
  readonly backend: 'embedded' | 'remote' | null;
  /** Version of our migrations in the database, when known. */
  readonly schemaVersion: number | null;
  /** Version of the database server, when known. */
  readonly postgres: string | null;
  /** All of `doctorChecks`, in order. */
  readonly checks: readonly DoctorCheck[];
}
