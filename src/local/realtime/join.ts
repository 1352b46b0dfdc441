import { realtimeLimits } from '../limits.ts';
import { bindingId } from './filter.ts';

/** What a `phx_join` asks for, read leniently: the real server takes a wrong shape as an absent one. */
export interface JoinRequest {
  readonly bindings: readonly Readonly<Record<string, unknown>>[];
  readonly isPrivate: boolean;
  readonly broadcast: { readonly ack: boolean; readonly self: boolean };
  readonly presence: { readonly enabled: boolean; readonly key: string };
  /** Null when the channel is to act as the apikey. */
  readonly token: string | null;
  /** Joined without `config`: the topic itself says schema, table and filter. */
  readonly legacy: boolean;
}

export function readJoin(topic: string, payload: unknown): JoinRequest {
  const body = record(payload);
  const legacy = typeof body.config !== 'object' || body.config === null;
  const config = record(body.config);
  const broadcast = record(config.broadcast);
  const presence = record(config.presence);
  return {
    bindings: legacy
      ? [legacyBinding(topic)]
      : Array.isArray(config.postgres_changes)
        ? config.postgres_changes.map(record)
        : [],
    isPrivate: config.private === true,
    broadcast: { ack: broadcast.ack === true, self: broadcast.self === true },
    presence: {
      enabled: presence.enabled === true || (typeof presence.key === 'string' && presence.key !== ''),
      key: typeof presence.key === 'string' ? presence.key : '',
    },
    token: userToken(body.access_token) ?? userToken(body.user_token),
    legacy,
  };
}

/** Why a join asks for more than a channel may hold, as the reason of its refusal; null when it does not. */
export function excessOf(name: string, { bindings, presence }: JoinRequest): string | null {
  const { topic, bindings: most, bindingText } = realtimeLimits;
  if (name.length > topic) return `TopicTooLong: A topic may have at most ${topic} characters`;
  if (presence.key.length > topic)
    return `PresenceKeyTooLong: The key of a presence may have at most ${topic} characters`;
  if (bindings.length > most) return `BindingLimitReached: A channel may have at most ${most} bindings`;
  if (JSON.stringify(bindings).length > bindingText)
    return `BindingLimitReached: The bindings of a channel may have at most ${bindingText} characters`;
  return null;
}

/** Opaque `sb_…` keys are no user tokens: the apikey counts in their place. */
export function userToken(value: unknown): string | null {
  return typeof value === 'string' && value !== '' && !value.startsWith('sb_') ? value : null;
}

/** The reply's entries: the parameters as sent, each with its id. */
export function echo(bindings: JoinRequest['bindings']): Record<string, unknown>[] {
  return bindings.map((parameters) => ({ id: bindingId(parameters), ...parameters }));
}

function legacyBinding(topic: string): Record<string, unknown> {
  const [schema, table, ...filter] = topic.slice('realtime:'.length).split(':');
  return {
    schema,
    ...(table === undefined ? {} : { table }),
    ...(filter.length === 0 ? {} : { filter: filter.join(':') }),
  };
}

export function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}
