import { listWords, numberWords, t } from '../../../shared/l10n.ts';
import type { Problem } from '../../../shared/status.ts';
import { problemWords } from '../../words.ts';
import type { Patient } from '../patient.ts';
import type { Reached } from '../probe.ts';
import { type Joined, Stream } from '../stream.ts';
import { failed, ok, setting, sql, type Verdict, warning } from '../verdict.ts';

/** Whether a WebSocket opens, and a channel with all our bindings is accepted on it. */
export async function checkRealtime(patient: Patient): Promise<Verdict> {
  const { clock, random } = patient.options;
  const probe = await patient.probe();
  const opened = await probe.openSocket();
  if (opened.kind !== 'reached') return unopened(opened);
  const { credentials } = patient;
  if (!credentials) return ok(t('A WebSocket opens; joining a channel needs a signed-in account.'));
  const transport = probe.openTransport({
    userId: credentials.userId,
    accessToken: () => credentials.accessToken,
  });
  patient.stream = patient.disposables.add(new Stream(transport, clock, random));
  return joinWords(await patient.stream.join(), patient);
}

function unopened(opened: Exclude<Reached, { kind: 'reached' }>): Verdict {
  const proxy = t(
    'Let the proxy pass WebSockets (Upgrade: websocket) to this host, or see the setting http.noProxy. Runglass updates every 30 seconds meanwhile.',
  );
  if (opened.kind === 'stranger' && opened.status === 404)
    return failed(
      t('There is no Realtime at this URL (HTTP 404).'),
      t('Start the Realtime service of the backend, or let the gateway pass /realtime/v1 to it.'),
    );
  if ('status' in opened && opened.kind !== 'proxy')
    return failed(
      t('The WebSocket was refused (HTTP {0}), while other requests pass.', opened.status),
      proxy,
    );
  if (opened.kind === 'timeout')
    return failed(
      t('The WebSocket does not open within {0} s, while other requests pass.', opened.detail),
      proxy,
    );
  const why = 'detail' in opened ? opened.detail : opened.kind;
  return failed(t('The WebSocket does not open, while other requests pass: {0}', why), proxy);
}

function joinWords(joined: Joined, patient: Patient): Verdict {
  switch (joined.kind) {
    case 'armed':
      return ok(t('A WebSocket opens, the channel is joined and all tables are subscribed.'));
    case 'unarmed':
      return failed(
        t('The channel is joined, but the server does not say that it reads the database.'),
        restartAdvice(),
      );
    case 'unanswered':
      return failed(t('The server does not answer the join of the channel.'), restartAdvice());
    case 'refused':
      return refusalWords(joined.problem, patient);
    default:
      return joined satisfies never;
  }
}

function refusalWords(problem: Problem, { diagnosis }: Patient): Verdict {
  const known = diagnosis?.findings ?? [];
  if (problem.reason === 'notPublished' && problem.tables.length > 0)
    return {
      outcome: 'failed',
      detail: t(
        'Realtime refuses the subscription of {0}, and with it all others.',
        listWords(problem.tables),
      ),
      // What the database says of it is told under its publication.
      findings: problem.tables
        .filter((name) => !known.some(({ table, code }) => table === name || code === 'no_publication'))
        .map((table) => ({
          table,
          detail: t('Realtime does not read the table.'),
          remedy: sql(`alter publication supabase_realtime add table public.${table};`),
        })),
    };
  const { hint } = problemWords(problem);
  return failed(t('Realtime refuses the channel: {0}', problem.detail), hint);
}

/** Whether a change that is written comes back: the canary, the only thing that the Doctor writes. */
export async function checkDelivery(patient: Patient): Promise<Verdict> {
  if (!patient.stream) return failed(t('There is no channel.'));
  const writer = patient.diagnosis?.oldestWriter ?? null;
  const delivered = await patient.stream.deliver();
  switch (delivered.kind) {
    case 'seen':
      return ok(
        t('A change came back {0} ms after it was written.', numberWords(Math.round(delivered.latency))),
      );
    case 'late':
      return warning(
        t('A change came back, but only after {0} s.', numberWords(delivered.after / 1000)),
        t('The project may be overloaded. Runglass fetches what is late.'),
      );
    case 'missing':
      return await missingWords(patient, writer);
    case 'unwritten':
      return unwrittenWords(delivered.problem);
    case 'closed':
      return failed(
        t('The channel was closed while a change was waited for: {0}', delivered.problem.detail),
        problemWords(delivered.problem).hint,
      );
    default:
      return delivered satisfies never;
  }
}

/** A stream that begins while a transaction writes begins when that has ended, whatever the server says before. */
async function missingWords(patient: Patient, before: string | null): Promise<Verdict> {
  const now = await patient.diagnoseAgain().catch(() => null);
  if (before !== null && now?.oldestWriter === before) {
    const detail = t(
      'The channel is joined, but nothing comes: a transaction has been open in the database all the time, and the stream begins only when it ends.',
    );
    const text = t(
      'Find it with {0} and end it.',
      'select pid, application_name, xact_start, state from pg_stat_activity where backend_xid is not null order by xact_start;',
    );
    return { outcome: 'failed', detail, findings: [{ table: null, detail, remedy: setting(text) }] };
  }
  return failed(
    t('The channel is joined, but nothing comes: none of three changes in 15 s.'),
    restartAdvice(),
  );
}

function restartAdvice(): string {
  return t(
    'Restart Realtime (Project Settings > General > Restart project, or the container). Runglass updates every 30 seconds meanwhile.',
  );
}

function unwrittenWords(problem: Problem): Verdict {
  if (problem.reason === 'accountBusy')
    return warning(
      t(
        'Another transaction of this account is open, so no test change could be written; the stream itself may be sound.',
      ),
      t('Let scripts commit after each write, and run the Doctor again.'),
    );
  const { message, hint } = problemWords(problem);
  return failed(t('No test change could be written: {0} ({1})', message, problem.detail), hint);
}
