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

/** What mends a finding: SQL to run as the owner of the database, or a sentence with the setting to change. */
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
  readonly outcome: 'running' | 'ok' | 'warning' | 'failed' | 'skipped';
  /** What was seen, one sentence, no secrets; empty while running. */
  readonly detail: string;
  readonly findings: readonly DoctorFinding[];
}

/** One examination; told anew whenever a check begins or ends. */
export interface DoctorReport {
  /** ms since 1970, host clock. */
  readonly startedAt: number;
  /** Null while it runs. */
  readonly finishedAt: number | null;
  readonly checks: readonly DoctorCheck[];
}
