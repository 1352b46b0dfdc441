import { AsyncLocalStorage } from 'node:async_hooks';

/** The fields of an error of PostgreSQL that PostgREST answers with. */
interface SqlError {
  readonly code: string;
  readonly message: string;
  readonly detail?: string | null;
  readonly hint?: string | null;
}

const requests = new AsyncLocalStorage<{ error: SqlError | null }>();

/** Remembers, for the request in whose course it came up, what PostgreSQL said. */
export function noteSqlError(error: unknown): void {
  const request = requests.getStore();
  if (request && isSqlError(error)) request.error = error;
}

/**
 * Supabase Lite answers most SQL errors with code `SUP` and status 500. This answers as PostgREST does: SQLSTATE,
 * message, detail and hint, with PostgREST's status.
 */
export async function withSqlErrors(answer: () => Promise<Response>): Promise<Response> {
  const request: { error: SqlError | null } = { error: null };
  const response = await requests.run(request, answer);
  const { error } = request;
  if (response.status !== 500 || !error) return response;
  const text = await response.text();
  const headers = new Headers(response.headers);
  headers.delete('content-length');
  if (!text.includes('"SUP"')) return new Response(text, { status: 500, headers });
  const { code, message, detail, hint } = error;
  const body = { code, message, details: detail ?? null, hint: hint ?? null };
  return new Response(JSON.stringify(body), { status: statusOf(code), headers });
}

function isSqlError(error: unknown): error is SqlError {
  return (
    error instanceof Error &&
    'code' in error &&
    typeof error.code === 'string' &&
    /^[0-9A-Z]{5}$/.test(error.code)
  );
}

/** https://docs.postgrest.org/en/stable/references/errors.html; the longest prefix counts. */
const statuses: readonly (readonly [string, number])[] = [
  ['23503', 409],
  ['23505', 409],
  ['25006', 405],
  ['42883', 404],
  ['42P01', 404],
  ['42P17', 500],
  ['42501', 403],
  ['53400', 500],
  ['P0001', 400],
  ['08', 503],
  ['09', 500],
  ['0L', 403],
  ['0P', 403],
  ['25', 500],
  ['28', 403],
  ['2D', 500],
  ['38', 500],
  ['39', 500],
  ['3B', 500],
  ['40', 500],
  ['53', 503],
  ['54', 500],
  ['55', 500],
  ['57', 500],
  ['58', 500],
  ['F0', 500],
  ['HV', 500],
  ['P0', 500],
  ['XX', 500],
];

function statusOf(code: string): number {
  const custom = /^PT([1-5]\d\d)$/.exec(code)?.[1];
  if (custom) return Number(custom);
  return statuses.find(([prefix]) => code.startsWith(prefix))?.[1] ?? 400;
}
