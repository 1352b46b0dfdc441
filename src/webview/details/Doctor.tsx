import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { DoctorCheck, DoctorReport } from '../../shared/doctor.ts';
import type { Formats } from '../../shared/format.ts';
import { listWords, plural, rich, t } from '../../shared/l10n.ts';
import { CommandButton } from '../components/CommandButton.tsx';
import { RelativeTime } from '../components/RelativeTime.tsx';
import { useDashboard } from '../context.ts';
import { Check } from './Check.tsx';
import { Part } from './Part.tsx';

/** From this age on a report is called old, ms. */
const oldAfter = 10 * 60_000;

/** The examination of everything between this page and the database. */
export function Doctor(): JSX.Element {
  const { store, formats } = useDashboard();
  const report = store.details.value?.doctor ?? null;
  const running = report !== null && report.finishedAt === null;
  const part = useRef<HTMLElement>(null);
  // Whoever starts it from elsewhere wants to see it. Not in a layout effect: the sheet around is shown in its own, later.
  useEffect(() => {
    if (running) part.current?.scrollIntoView({ block: 'start' });
  }, [running]);
  const run = (
    <CommandButton command="runDoctor" busy={running}>
      {running ? t('Running…') : report ? t('Run Again') : t('Run Doctor')}
    </CommandButton>
  );
  return (
    <Part name="doctor" title={t('Doctor')} tools={run} element={part}>
      <p class={report ? 'doctor-summary' : 'muted'} role="status">
        {report
          ? summaryWords(report, formats)
          : t(
              'Checks every step from the address to a change that arrives, and says what mends what is wrong. It writes one small test row and nothing else.',
            )}
      </p>
      {report ? <Report report={report} /> : null}
    </Part>
  );
}

function Report({ report }: { report: DoctorReport }): JSX.Element {
  const { store, clock } = useDashboard();
  const offset = store.status.value?.clockOffset ?? 0;
  const { finishedAt, checks } = report;
  const old = finishedAt !== null && clock.minute.value - (finishedAt + offset) > oldAfter;
  return (
    <>
      {finishedAt === null ? null : (
        <p class="doctor-line">
          <span class="muted">
            {rich('Examined {0}.', <RelativeTime at={finishedAt + offset} />)}
            {old ? ` ${t('Things may have changed since; run it again to be sure.')}` : ''}
          </span>
          <CommandButton command="copyDoctorReport" look="link">
            {store.copied.value === 'copyDoctorReport' ? t('Copied') : t('Copy Report')}
          </CommandButton>
        </p>
      )}
      <ol class="checks">
        {checks.map((check) => (
          <Check key={check.id} check={check} />
        ))}
      </ol>
    </>
  );
}

/** How far it is, or how it ended, in a line. */
function summaryWords({ checks, finishedAt }: DoctorReport, formats: Formats): string {
  const all = formats.number(checks.length);
  if (finishedAt === null) {
    const at = checks.findIndex(({ outcome }) => outcome === 'running');
    const title = checks[at]?.title;
    return title ? t('Checking {0} of {1}: {2}', formats.number(at + 1), all, title) : t('Running…');
  }
  const count = (wanted: DoctorCheck['outcome']): [count: number, n: string] => {
    const { length } = checks.filter(({ outcome }) => outcome === wanted);
    return [length, formats.number(length)];
  };
  const [[failed, f], [warnings, w], [skipped, s]] = [count('failed'), count('warning'), count('skipped')];
  const parts = [
    failed > 0 ? plural(failed, '{0} problem', '{0} problems', f) : null,
    warnings > 0 ? plural(warnings, '{0} warning', '{0} warnings', w) : null,
    skipped > 0 ? plural(skipped, '{0} not checked', '{0} not checked', s) : null,
  ].filter((part) => part !== null);
  return listWords(parts) || plural(checks.length, '{0} check passed.', 'All {0} checks passed.', all);
}
