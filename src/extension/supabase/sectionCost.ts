import type { Table } from '../../shared/model.ts';
import { type Problem, RunglassError } from '../../shared/status.ts';
import { tables } from '../../shared/tables.ts';
import { dayMs, utcDay } from '../../shared/usage.ts';
import type { CredentialSource } from '../sync/types.ts';
import type { Backend } from './client.ts';
import { toRunglassError } from './errors.ts';
import { createFetch, parseBackendUrl } from './http.ts';

/** What the query of one section answered: rows and bytes of the body, or the problem. */
export type SectionAnswer =
  | { readonly table: Table; readonly rows: number; readonly bytes: number }
  | { readonly table: Table; readonly problem: Problem };
/** Never rejects: a failure is told per section. */
export type MeasureSections = () => Promise<readonly SectionAnswer[]>;

const usageWindow = 90 * dayMs;

/**
 * What a dashboard that refetches asks for each section: one plain query with the window of the first snapshot
 * of `sync_pull`, of runs the unfinished and then the newest. `now` in ms since 1970.
 */
export function sectionQuery(table: Table, userId: string, now: number): string {
  const query = new URLSearchParams({ select: '*', user_id: `eq.${userId}` });
  const add = (fields: Readonly<Record<string, string>>): void => {
    for (const [name, value] of Object.entries(fields)) query.set(name, value);
  };
  switch (table) {
    case 'projects':
      break;
    case 'training_runs':
      add({ order: 'finished_at.desc.nullsfirst,created_at.desc', limit: '500' });
      break;
    case 'models':
      add({ order: 'created_at.desc', limit: '1000' });
      break;
    case 'usage_tracking':
      add({ day: `gte.${utcDay(now - usageWindow)}`, order: 'day.desc' });
      break;
    case 'subscriptions':
      add({ order: 'current_period_start.desc.nullslast', limit: '1' });
      break;
    case 'ide_sync_events':
      add({ order: 'occurred_at.desc', limit: '200' });
      break;
    default:
      table satisfies never;
  }
  return `${table}?${query}`;
}

/** Makes the function that asks each section's query once, one after the other. Throws `badUrl`. */
export function createSectionMeter(
  options: Backend & { readonly credentials: CredentialSource },
): MeasureSections {
  const { url, publishableKey, credentials } = options;
  const base = parseBackendUrl(url);
  const fetch = createFetch();

  const measure = async (table: Table): Promise<SectionAnswer> => {
    const signedIn = await credentials.get();
    if (!signedIn) throw new RunglassError({ reason: 'sessionExpired', detail: 'Nobody is signed in.' });
    const query = sectionQuery(table, signedIn.userId, Date.now());
    const headers = { apikey: publishableKey, authorization: `Bearer ${signedIn.accessToken}` };
    const body = await (await fetch(`${base}/rest/v1/${query}`, { headers })).arrayBuffer();
    const rows: unknown = JSON.parse(new TextDecoder().decode(body));
    return { table, rows: Array.isArray(rows) ? rows.length : 0, bytes: body.byteLength };
  };

  return async () => {
    const answers: SectionAnswer[] = [];
    for (const table of tables) {
      answers.push(
        await measure(table).catch((error: unknown) => ({ table, problem: toRunglassError(error).problem })),
      );
    }
    return answers;
  };
}
