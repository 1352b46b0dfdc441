import { numberWords, t } from '../../../shared/l10n.ts';
import { checkPublishableKey, projectRefOf } from '../../accounts/address.ts';
import type { Endpoint } from '../../accounts/types.ts';
import { problemWords } from '../../words.ts';
import { claimsOf } from '../claims.ts';
import type { Patient } from '../patient.ts';
import type { Probe, Reached, Reply } from '../probe.ts';
import { answerOf, failed, ok, type Verdict, warning } from '../verdict.ts';

/** Clocks further apart than this are worth a word, ms. */
const skewTold = 30_000;

/** Whether the address is one, and a Supabase answers there. */
export async function checkUrl(patient: Patient): Promise<Verdict> {
  const { clock } = patient.options;
  if (!patient.endpoint) return noEndpoint(patient);
  const askedAt = clock.now();
  const reached = await (await patient.probe()).reach();
  if (reached.kind !== 'reached') {
    const select = t('Compare the URL with Project Settings > Data API, and run “Runglass: Select Backend”.');
    return unreached(reached, patient.endpoint.url, select);
  }
  // The date is that of the second in which the answer was made.
  if (reached.serverTime !== null)
    patient.dateOffset = reached.serverTime + 500 - (askedAt + clock.now()) / 2;
  return ok(t('Supabase answers after {0} ms.', numberWords(Math.round(clock.now() - askedAt))));
}

function noEndpoint({ options: { connection } }: Patient): Verdict {
  const { state } = connection;
  switch (state.kind) {
    case 'none':
      return failed(t('No backend has been chosen.'), t('Run “Runglass: Select Backend”.'));
    case 'failed': {
      const { message, hint } = problemWords(state.problem);
      return failed(`${message} (${state.problem.detail})`, hint);
    }
    case 'starting':
    case 'ready':
      return failed(t('The local backend is starting.'), t('Run the Doctor again in a moment.'));
    case 'signedOut':
      return failed(
        t('The local backend does not run while you are signed out.'),
        t('Run “Runglass: Sign In”.'),
      );
    default:
      return state satisfies never;
  }
}

/** Why no Supabase was found at `url`; `select` says how to give another one. */
export function unreached(
  reached: Exclude<Reached, { kind: 'reached' }>,
  url: string,
  select: string,
): Verdict {
  const host = URL.canParse(url) ? new URL(url).host : url;
  switch (reached.kind) {
    case 'badUrl':
      return failed(t('The URL is no http or https address.'), select);
    case 'dns':
      return failed(
        t('The name {0} is not known to DNS.', host),
        t(
          'Check the network and the spelling; the name of a project that was deleted or long paused is gone. {0}',
          select,
        ),
      );
    case 'refused':
      return failed(
        t('Nothing listens at {0}: the connection was refused.', host),
        t('Start the backend, or check host and port of the URL.'),
      );
    case 'tls':
      return failed(
        t('No secure connection to {0}: {1}', host, reached.detail),
        t(
          'Behind a proxy that opens TLS, add its certificate to the system and see the setting http.systemCertificates; for a server without TLS use http://.',
        ),
      );
    case 'timeout':
      return failed(
        t('{0} does not answer within {1} s.', host, reached.detail),
        t(
          'Check the network, the VPN and the proxy (setting http.proxy); the project may be paused or overloaded.',
        ),
      );
    case 'proxy': {
      const { message, hint } = problemWords({ ...reached, reason: 'proxy' });
      return failed(`${message} (${reached.detail})`, hint);
    }
    case 'noNetwork':
      return failed(
        t('There is no way to {0}: {1}', host, reached.detail),
        t('Check the network and the VPN.'),
      );
    case 'cut':
      return failed(
        t('The connection to {0} ended without an answer: {1}', host, reached.detail),
        t('Check the proxy (setting http.proxy) and whether http:// or https:// is right.'),
      );
    case 'page':
      return failed(
        t('A web page answers instead of Supabase (HTTP {0} {1}).', reached.status, reached.detail),
        t('If this network asks you to sign in, do so in a browser. Otherwise: {0}', select),
      );
    case 'redirect':
      return failed(
        t('The address leads elsewhere, to {0} (HTTP {1}).', reached.detail, reached.status),
        t('If this network asks you to sign in, do so in a browser. Otherwise: {0}', select),
      );
    case 'stranger':
      return failed(t('Something else than Supabase answers (HTTP {0}).', reached.status), select);
    case 'down':
      return failed(
        t('The gateway answers, the project behind it does not (HTTP {0}).', reached.status),
        t('See the dashboard of the project: it may be paused, restarting or overloaded.'),
      );
    default:
      return reached satisfies never;
  }
}

/** Whether the key is a publishable one, and this project takes it. */
export async function checkKey(patient: Patient): Promise<Verdict> {
  const { endpoint } = patient;
  const copy = t(
    'Copy the publishable (or anon) key from Project Settings > API Keys, and run “Runglass: Select Backend”.',
  );
  return endpoint
    ? await judgeKey(endpoint, await patient.probe(), copy)
    : failed(t('There is no key.'), copy);
}

/** What speaks against the key of `endpoint`; `copy` says how to give another one. */
export async function judgeKey(endpoint: Endpoint, probe: Probe, copy: string): Promise<Verdict> {
  const { publishableKey: key, url } = endpoint;
  if (key === '') return failed(t('There is no key.'), copy);
  const refused = checkPublishableKey(key);
  // A secret key is not sent anywhere.
  if (refused) {
    const { message, hint } = problemWords(refused);
    return failed(message, hint);
  }
  const { ref } = claimsOf(key);
  const project = projectRefOf(url);
  if (project && ref && project !== ref)
    return failed(t('The key is that of another project ({0}).', ref), copy);
  const reply = await probe.askKey();
  if (reply.code !== null)
    return refusedBy(reply, (answer) => t('The backend does not accept this key: {0}.', answer), copy);
  if (key.startsWith('sb_publishable_')) return ok(t('The publishable key is accepted.'));
  return ok(ref || key.startsWith('eyJ') ? t('The legacy anon key is accepted.') : t('The key is accepted.'));
}

/** Whether somebody is signed in, and the server knows of it. */
export async function checkSession(patient: Patient): Promise<Verdict> {
  const { connection, clock } = patient.options;
  const signIn = t('Run “Runglass: Sign In”.');
  const credentials = (await connection.session?.get()) ?? null;
  if (!credentials) {
    const { state } = connection;
    const ended = state.kind === 'signedOut' && state.problem;
    return ended
      ? failed(t('The session has ended: {0}', state.problem.detail), signIn)
      : failed(t('Nobody is signed in.'), signIn);
  }
  patient.credentials = credentials;
  const reply = await (await patient.probe()).askSession(credentials.accessToken);
  const again = t('Run “Runglass: Sign Out”, then “Runglass: Sign In”.');
  if (reply.code !== null)
    return refusedBy(reply, (answer) => t('The server refuses the session: {0}.', answer), again);
  const minutes = Math.max(0, Math.round((credentials.expiresAt - clock.now()) / 60_000));
  return ok(t('Signed in; the token is valid for {0} min and is renewed before.', numberWords(minutes)));
}

/** A server that fails says nothing about what it was asked. */
function refusedBy(reply: Reply, say: (answer: string) => string, advice: string): Verdict {
  const { status } = reply;
  const answer = answerOf(reply);
  if (status === 400 || status === 401 || status === 403) return failed(say(answer), advice);
  return failed(
    t('The sign-in service answers with an error: {0}.', answer),
    t('See the dashboard of the project, and try again in a moment.'),
  );
}

/** Whether this machine's clock and the server's agree, and the token is valid by the server's. */
export async function checkClock(patient: Patient): Promise<Verdict> {
  const { clock } = patient.options;
  const offset = await clockOffset(patient);
  if (offset === null) return ok(t('The server tells no time; nothing speaks against this clock.'));
  const advice = t(
    'Let the system set the clock of this machine (time synchronisation), then sign in again.',
  );
  const { exp, iat } = claimsOf(patient.credentials?.accessToken ?? '');
  const serverNow = clock.now() + offset;
  if (exp !== undefined && exp * 1000 <= serverNow)
    return failed(t('By the clock of the server, the token has expired.'), advice);
  if (iat !== undefined && iat * 1000 > serverNow + skewTold)
    return failed(t('By the clock of the server, the token is not valid yet.'), advice);
  const seconds = Math.round(Math.abs(offset) / 1000);
  if (Math.abs(offset) <= skewTold)
    return ok(t('This clock and that of the server agree within {0} s.', numberWords(Math.max(1, seconds))));
  const detail =
    offset > 0
      ? t('The clock of this machine is {0} s behind that of the server.', numberWords(seconds))
      : t('The clock of this machine is {0} s ahead of that of the server.', numberWords(seconds));
  return warning(detail, advice);
}

/** By the database's clock when it tells, which is finer than the date of an answer. */
async function clockOffset(patient: Patient): Promise<number | null> {
  if (!patient.credentials) return patient.dateOffset;
  await patient.diagnose().catch(() => null);
  return patient.diagnosis?.clockOffset ?? patient.dateOffset;
}
