import { t } from '../../shared/l10n.ts';
import { RunglassError } from '../../shared/status.ts';
import type { BackendApi } from '../accounts/backends/backendForm.ts';
import type { Endpoint, Schema } from '../accounts/types.ts';
import { problemOf } from '../platform/problem.ts';
import { problemLine, withoutLinks } from '../words.ts';
import { judgeKey, unreached } from './checks/reach.ts';
import type { Probe, Reply } from './probe.ts';
import { answerOf, type Verdict } from './verdict.ts';

/** The first checks of the Doctor on a backend that somebody is about to add: nobody is signed in yet. */
export class Admission implements BackendApi {
  readonly #createProbe: (endpoint: Endpoint) => Promise<Probe>;

  constructor(createProbe: (endpoint: Endpoint) => Promise<Probe>) {
    this.#createProbe = createProbe;
  }

  /** What is wrong with an address and what to do, or null when a Supabase answers there. No key is sent. */
  checkUrl(url: string): Promise<string | null> {
    return this.#examine({ url, publishableKey: '' }, async (probe) => {
      const reached = await probe.reach();
      if (reached.kind === 'reached') return null;
      return lineOf(unreached(reached, url, t('Compare the URL with Project Settings > Data API.')));
    });
  }

  /** What is wrong with a key and what to do, or null when the backend takes it. */
  checkKey(endpoint: Endpoint): Promise<string | null> {
    return this.#examine(endpoint, async (probe) => {
      const copy = t('Copy the publishable (or anon) key from Project Settings > API Keys.');
      const verdict = await judgeKey(endpoint, probe, copy);
      return verdict.outcome === 'ok' ? null : lineOf(verdict);
    });
  }

  /**
   * Which of our migrations are there. Functions and columns are looked for before rights are, so that a refusal says
   * that they exist; a refusal that says neither counts for them. Rejects with `RunglassError` without an answer, or
   * when the server fails, as while it reads a schema that has just been changed.
   */
  async checkSchema(endpoint: Endpoint): Promise<Schema> {
    const probe = await this.#createProbe(endpoint);
    try {
      const found = await Promise.all(
        marks.map(async ({ name, ask }) => (isMissing(answered(await ask(probe))) ? name : null)),
      );
      const missing = found.filter((name) => name !== null);
      if (missing.length === 0) return { kind: 'whole' };
      return missing.length === marks.length ? { kind: 'none' } : { kind: 'part', missing };
    } finally {
      probe.dispose();
    }
  }

  async #examine(endpoint: Endpoint, ask: (probe: Probe) => Promise<string | null>): Promise<string | null> {
    const probe = await this.#createProbe(endpoint);
    try {
      return await ask(probe);
    } catch (error) {
      return problemLine(problemOf(error));
    } finally {
      probe.dispose();
    }
  }
}

interface Mark {
  readonly name: string;
  readonly ask: (probe: Probe) => Promise<Reply>;
}

const table = (name: string, ...columns: readonly string[]): Mark => ({
  name,
  ask: (probe) => probe.read(null, name, columns),
});
const fn = (name: string, ...parameters: readonly string[]): Mark => ({
  name,
  ask: (probe) => probe.call(name, Object.fromEntries(parameters.map((parameter) => [parameter, null]))),
});

/** What is known to be there once a migration has been applied. */
const marks: readonly Mark[] = [
  table('projects', 'id', 'sync_seq'),
  table('training_runs', 'id', 'sync_seq', 'usage', 'stopped_by', 'step_rate', 'stepped_at'),
  table('models', 'id', 'sync_seq'),
  table('usage_tracking', 'id', 'sync_seq'),
  table('subscriptions', 'id', 'sync_seq'),
  table('ide_sync_events', 'id', 'sync_seq'),
  table('sync_canaries', 'user_id', 'nonce'),
  fn('sync_pull', 'since', 'epoch', 'max_rows'),
  fn('runs_page', 'before_at', 'before_id', 'max_rows'),
  fn('log_run', 'run_id', 'points', 'patch'),
  fn('sync_doctor'),
  fn('timeline_page', 'before_at', 'before_id'),
];

const unknown = new Set(['PGRST202', 'PGRST204', 'PGRST205', '42P01', '42703', '42883']);

/** A server that fails says nothing of what it has. */
function answered(reply: Reply): Reply {
  const { status } = reply;
  if (status >= 500) throw new RunglassError({ reason: 'server', status, detail: answerOf(reply) });
  return reply;
}

function isMissing({ code }: Reply): boolean {
  return code !== null && unknown.has(code);
}

/** In one line, for a form, in which a text of somebody else must not become a link. */
function lineOf({ detail, findings }: Verdict): string {
  const remedy = findings[0]?.remedy?.text;
  return withoutLinks(remedy === undefined ? detail : `${detail} ${remedy}`);
}
