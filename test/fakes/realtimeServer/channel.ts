import type { Claims } from '../../../src/local/jwt.ts';
import { type Binding, parseBinding } from '../../../src/local/realtime/filter.ts';
import type { Frame } from '../../../src/local/realtime/frames.ts';
import { echo, type JoinRequest } from '../../../src/local/realtime/join.ts';
import { columnsOf } from './columns.ts';
import type { Connection } from './connection.ts';
import type { Change, Row } from './store.ts';

/** What a client asked to join with. */
export interface JoinPayload {
  readonly access_token?: string;
  readonly config: {
    readonly postgres_changes: readonly Row[];
    readonly postgres_changes_options?: { readonly wait?: boolean };
  };
}

/** One joined topic at the server's end; each method sends one frame. */
export class ServerChannel {
  readonly topic: string;
  readonly joinRef: string | null;
  /** Of the join's frame. */
  readonly #ref: string | null;
  readonly payload: JoinPayload;
  readonly connection: Connection;
  readonly #request: JoinRequest;
  readonly bindings: readonly Binding[];
  claims: Claims = { role: 'anon' };
  token: string | null;
  /** Changes reach it. */
  streams = false;
  closed = false;
  /** An earlier join of the same topic on the same socket, which this one ends. */
  before: ServerChannel | null = null;

  constructor(connection: Connection, { topic, joinRef, ref, payload }: Frame, request: JoinRequest) {
    this.connection = connection;
    this.topic = topic;
    this.joinRef = joinRef;
    this.#ref = ref;
    this.payload = payload as JoinPayload;
    this.token = request.token;
    this.#request = request;
    this.bindings = request.bindings.flatMap((parameters) => {
      const parsed = parseBinding(parameters);
      return 'binding' in parsed ? [parsed.binding] : [];
    });
  }

  get hasBindings(): boolean {
    return this.#request.bindings.length > 0;
  }

  accept(): void {
    this.#reply('ok', { postgres_changes: echo(this.#request.bindings) });
    this.before?.close();
    if (this.#request.presence.enabled)
      this.connection.send(this.joinRef, null, this.topic, 'presence_state', {});
  }

  refuse(reason: string): void {
    this.#reply('error', { reason });
  }

  system(
    status: 'ok' | 'error',
    message: string,
    extension: 'postgres_changes' | 'system' = 'postgres_changes',
  ): void {
    const channel = this.topic.slice('realtime:'.length);
    const payload = { message, status, extension, channel };
    this.connection.send(this.joinRef, null, this.topic, 'system', payload);
  }

  /** Sends a change that need not have been committed, past the filters; `more` replaces parts of its `data`. */
  change(table: string, type: Change['type'], row: Row, more: Row = {}): void {
    const change = { table, type, row, committedAt: new Date().toISOString() };
    this.#send(change, (binding) => covers(binding, change), more);
  }

  /** Sends a change to the bindings that it fits, if there are any. */
  deliver(change: Change, more: Row = {}): void {
    this.#send(change, (binding) => covers(binding, change) && passes(binding, change), more);
  }

  /** Whether row security lets this channel's user see the row. */
  sees(change: Change): boolean {
    const { user_id: owner } = change.row;
    const { role, sub } = this.claims;
    return change.type === 'DELETE' || owner === undefined || owner === sub || role === 'service_role';
  }

  /** phx_close, after which a client does not come back by itself. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.connection.send(this.joinRef, this.joinRef, this.topic, 'phx_close', {});
  }

  /** Says why and closes, as after a bad or expired token. */
  end(message: string): void {
    this.system('error', message, 'system');
    this.close();
  }

  #send(change: Change, wanted: (binding: Binding) => boolean, more: Row): void {
    const ids = this.bindings.filter(wanted).map(({ id }) => id);
    if (ids.length === 0 || this.closed) return;
    const payload = { data: { ...(change.data ?? dataOf(change)), ...more }, ids };
    this.connection.send(null, null, this.topic, 'postgres_changes', payload);
  }

  #reply(status: string, response: unknown): void {
    this.connection.send(this.joinRef, this.#ref, this.topic, 'phx_reply', { status, response });
  }
}

function covers({ event, schema, table }: Binding, change: Change): boolean {
  return (
    (schema === '*' || schema === 'public') &&
    (table === '*' || table === change.table) &&
    (event === '*' || event === change.type)
  );
}

/**
 * Only `eq` is known here. Of a deleted row only the key is, so that a filter on anything else cannot fit. A row of
 * which nothing may be told (errors 400 and 401) goes to everybody.
 */
function passes({ filters }: Binding, { type, row, data }: Change): boolean {
  const known: Row = type === 'DELETE' && !data ? { id: row.id } : row;
  if (Object.keys(known).length === 0 && type !== 'DELETE') return true;
  return filters.every(
    ({ column, operator, value, negated }) =>
      operator === 'eq' && !negated && column in known && String(known[column]) === value,
  );
}

function dataOf({ table, type, row, committedAt }: Change): Row {
  return {
    schema: 'public',
    table,
    type,
    commit_timestamp: committedAt,
    columns: columnsOf(row),
    errors: null,
    ...(type === 'DELETE' ? {} : { record: row }),
    ...(type === 'INSERT' ? {} : { old_record: { id: row.id } }),
  };
}
