import type { DoctorCheck, DoctorCheckId, DoctorReport } from '../../shared/doctor.ts';
import { t } from '../../shared/l10n.ts';
import { RunglassError } from '../../shared/status.ts';
import { describeError } from '../platform/log.ts';
import { problemWords } from '../words.ts';
import { type Check, checks } from './checks.ts';
import { deferred } from './deferred.ts';
import { type ExamineOptions, Patient } from './patient.ts';
import { scrubber } from './scrub.ts';
import { failed, skipped, type Verdict } from './verdict.ts';

/** Goes through all checks in order, each within its time; never rejects. */
export async function examine(options: ExamineOptions): Promise<DoctorReport> {
  return await new Examination(options).run();
}

class Examination {
  readonly #options: ExamineOptions;
  readonly #patient: Patient;
  readonly #checks: Map<DoctorCheckId, DoctorCheck>;
  readonly #startedAt: number;

  constructor(options: ExamineOptions) {
    this.#options = options;
    this.#patient = new Patient(options);
    this.#startedAt = options.clock.now();
    this.#checks = new Map(
      checks.map(({ id, title }) => [
        id,
        { id, title: title(), outcome: 'waiting', detail: '', findings: [] },
      ]),
    );
  }

  async run(): Promise<DoctorReport> {
    try {
      for (const check of checks) {
        this.#set(check.id, { outcome: 'running', detail: '', findings: [] });
        this.#set(check.id, this.#skip(check) ?? (await this.#examine(check)));
      }
    } finally {
      this.#patient.dispose();
    }
    const report = this.#report(this.#options.clock.now());
    this.#options.tell(report);
    return report;
  }

  #skip({ needs }: Check): Verdict | null {
    const { signal } = this.#options;
    if (signal.aborted) return this.#cancelled();
    const lacking = needs
      .map((id) => this.#checks.get(id))
      .find((check) => check?.outcome === 'failed' || check?.outcome === 'skipped');
    return lacking ? skipped(t('Not looked at: “{0}” has to be right first.', lacking.title)) : null;
  }

  #cancelled(): Verdict {
    return skipped(t('Not looked at: the account or the backend changed meanwhile.'));
  }

  async #examine({ run, limit }: Check): Promise<Verdict> {
    const { signal, clock } = this.#options;
    const late = deferred<Verdict>();
    const timer = clock.setTimeout(
      () => late.resolve(failed(t('This took longer than {0} s.', limit / 1000))),
      limit,
    );
    const cancel = () => late.resolve(this.#cancelled());
    signal.addEventListener('abort', cancel);
    try {
      return await Promise.race([run(this.#patient), late.promise]);
    } catch (error) {
      return signal.aborted ? this.#cancelled() : this.#failure(error);
    } finally {
      timer.dispose();
      signal.removeEventListener('abort', cancel);
    }
  }

  #failure(error: unknown): Verdict {
    if (!(error instanceof RunglassError))
      return failed(t('Something unexpected happened: {0}', describeError(error)));
    const { message, hint } = problemWords(error.problem);
    return failed(`${message} (${error.problem.detail})`, hint);
  }

  #set(id: DoctorCheckId, verdict: Verdict | Pick<DoctorCheck, 'outcome' | 'detail' | 'findings'>): void {
    const check = this.#checks.get(id);
    if (!check) return;
    const scrub = scrubber(this.#patient.secrets);
    this.#checks.set(id, {
      ...check,
      outcome: verdict.outcome,
      detail: scrub(verdict.detail),
      findings: verdict.findings.map(({ table, detail, remedy }) => ({
        table: table && scrub(table),
        detail: scrub(detail),
        remedy: remedy && { ...remedy, text: scrub(remedy.text) },
      })),
    });
    this.#options.tell(this.#report(null));
  }

  #report(finishedAt: number | null): DoctorReport {
    const { kind, diagnosis, secrets } = this.#patient;
    return {
      startedAt: this.#startedAt,
      finishedAt,
      backend: kind,
      schemaVersion: diagnosis?.schemaVersion ?? null,
      postgres: diagnosis ? scrubber(secrets)(diagnosis.postgres) : null,
      checks: [...this.#checks.values()],
    };
  }
}
