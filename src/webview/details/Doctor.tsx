import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { DoctorReport } from '../../shared/doctor.ts';
import { CommandButton } from '../components/CommandButton.tsx';
import { RelativeTime } from '../components/RelativeTime.tsx';
import { useDashboard } from '../context.ts';
import { Check } from './Check.tsx';
import { Part } from './Part.tsx';

/** From this age on a report is called old, ms. */
const oldAfter = 10 * 60_000;

/** The examination of everything between this page and the database. */
export function Doctor(): JSX.Element {
  const { store } = useDashboard();
  const report = store.details.value?.doctor ?? null;
  const running = report !== null && report.finishedAt === null;
  const part = useRef<HTMLElement>(null);
  // Whoever starts it from elsewhere wants to see it. Not in a layout effect: the sheet around is shown in its own, later.
  useEffect(() => {
    if (running) part.current?.scrollIntoView({ block: 'start' });
  }, [running]);
  const run = (
    <CommandButton command="runDoctor" busy={running}>
      {running ? 'Running…' : report ? 'Run Again' : 'Run Doctor'}
    </CommandButton>
  );
  return (
    <Part name="doctor" title="Doctor" tools={run} element={part}>
      <p class={report ? 'doctor-summary' : 'muted'} role="status">
        {report
          ? summaryWords(report)
          : 'Checks every step from the address to a change that arrives, and says what mends what is wrong. It writes one small test row and nothing else.'}
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
            Examined <RelativeTime at={finishedAt + offset} />.
            {old ? ' Things may have changed since; run it again to be sure.' : ''}
          </span>
          <CommandButton command="copyDoctorReport" look="link">
            {store.copied.value === 'copyDoctorReport' ? 'Copied' : 'Copy Report'}
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

/** How far it is, or how it ended, in one sentence. */
function summaryWords({ checks, finishedAt }: DoctorReport): string {
  if (finishedAt === null) {
    const at = checks.findIndex(({ outcome }) => outcome === 'running');
    const title = checks[at]?.title;
    return title ? `Checking ${at + 1} of ${checks.length}: ${title}` : 'Running…';
  }
  const count = (wanted: string): number => checks.filter(({ outcome }) => outcome === wanted).length;
  const [failed, warnings, skipped] = [count('failed'), count('warning'), count('skipped')];
  const parts = [
    failed > 0 ? `${failed} ${failed === 1 ? 'problem' : 'problems'}` : '',
    warnings > 0 ? `${warnings} ${warnings === 1 ? 'warning' : 'warnings'}` : '',
    skipped > 0 ? `${skipped} not checked` : '',
  ].filter((part) => part !== '');
  return parts.length === 0 ? `All ${checks.length} checks passed.` : `${parts.join(', ')}.`;
}
