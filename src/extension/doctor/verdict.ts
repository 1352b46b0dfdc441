import type { DoctorCheck, DoctorFinding, Remedy } from '../../shared/doctor.ts';
import type { Reply } from './probe.ts';

/** What a check came to. */
export interface Verdict extends Pick<DoctorCheck, 'detail' | 'findings'> {
  readonly outcome: 'ok' | 'warning' | 'failed' | 'skipped';
}

export const ok = (detail: string): Verdict => ({ outcome: 'ok', detail, findings: [] });
export const skipped = (detail: string): Verdict => ({ outcome: 'skipped', detail, findings: [] });

/** One thing is wrong; `advice` says what to do about it. */
export function failed(detail: string, advice?: string): Verdict {
  return { outcome: 'failed', detail, findings: advise(detail, advice) };
}

/** As `failed`, but what comes after can work all the same. */
export function warning(detail: string, advice?: string): Verdict {
  return { outcome: 'warning', detail, findings: advise(detail, advice) };
}

export function setting(text: string): Remedy {
  return { kind: 'setting', text };
}

export function sql(text: string): Remedy {
  return { kind: 'sql', text };
}

/** What the API said, for example `boom (HTTP 500, XX000)`. */
export function answerOf({ status, code, message }: Reply): string {
  const answer = [`HTTP ${status}`, code].filter(Boolean).join(', ');
  return message === '' ? answer : `${message} (${answer})`;
}

function advise(detail: string, advice: string | undefined): DoctorFinding[] {
  return advice === undefined ? [] : [{ table: null, detail, remedy: setting(advice) }];
}
