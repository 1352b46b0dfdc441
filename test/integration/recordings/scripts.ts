import type { WireFrame } from '../../support/phoenix.ts';

/** What was wrong with a token, or whose it was. */
export type TokenKind =
  | 'good'
  /** Another one of the same user. */
  | 'renewed'
  /** Runs out while the channel is joined. */
  | 'short'
  | 'other-user'
  | 'anon'
  | 'expired'
  | 'wrong-signature'
  | 'no-role'
  | 'no-exp'
  | 'unknown-role'
  | 'service_role';

/** The tokens of recordings are blacked out; most topics say which one it was. */
export function tokenOf(recording: string, [, ref, topic, event]: WireFrame): TokenKind {
  const push = event === 'access_token';
  const [, when, kind] = /^realtime:([xb])-(.+)$/.exec(topic) ?? [];
  if (when && kind) return push === (when === 'b') ? (kind as TokenKind) : 'good';
  if (topic === 'realtime:bad' || recording === 'js-expired-at-join') return 'expired';
  if (recording === 'js-token-expiry' || topic === 'realtime:exp')
    return ref === '1' || ref === '6' ? 'short' : 'good';
  if (!push) return 'good';
  if (!recording.endsWith('-10-access-token')) return 'renewed';
  return ({ '2': 'good', '6': 'other-user', '7': 'anon' } as const)[String(ref)] ?? 'renewed';
}

/** The keys of `v2-11-join-bad-token`, by the name of the connection. */
export function keyOf(connection: string): TokenKind | 'none' | 'garbage' | 'publishable' {
  const [, name] = /^apikey (.+)$/.exec(connection) ?? [];
  switch (name) {
    case undefined:
      return 'publishable';
    case 'none':
    case 'garbage':
    case 'expired':
      return name;
    case 'wrong sig':
      return 'wrong-signature';
    case 'no role':
      return 'no-role';
    default:
      return 'good';
  }
}

/** What was done in the database before the step of this number, where the recording does not say it. */
export const statements: Readonly<Record<string, Readonly<Record<number, string>>>> = {
  'errors-400-401-colpriv': {
    11: 'alter publication supabase_realtime add table hidden',
    14: "insert into colpriv values (1, '11111111-1111-4111-8111-111111111111', 'p', 's')",
    15: `revoke select (id) on colpriv from authenticated;
      insert into colpriv values (2, '11111111-1111-4111-8111-111111111111', 'p', 's')`,
    17: 'delete from colpriv where id = 1',
    18: 'insert into nopk values (1)',
    19: `alter publication supabase_realtime drop table hidden; grant select (id) on colpriv to authenticated`,
  },
};

/** The server ended these sockets although nobody killed it. */
export const closedByServer = new Set(['v2-15-no-heartbeat']);

const fullIdentity =
  'replica identity full, and filters on rows that are gone, which the synced tables have not';

/** Compared on the embedded backend only: the fake knows neither SQL nor anything but changes. */
export const notOnFake: Readonly<Record<string, string>> = {
  'v1-04-rls-full': fullIdentity,
  'v2-04-rls-full': fullIdentity,
  'v1-05-norls': fullIdentity,
  'v2-05-norls': fullIdentity,
  'v1-06-types': 'what values of each type look like on the wire',
  'v2-06-types': 'what values of each type look like on the wire',
  'v2-13-bad-bindings': 'bindings are checked against columns, types and rights',
  'v2-16-broadcast-presence': 'broadcast and presence',
};
