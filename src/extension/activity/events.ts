import { randomBytes } from 'node:crypto';
import { isRecord } from '../../shared/record.ts';

/** An event as a caller describes it. */
export interface SyncEvent {
  /** 1 to 100 characters; the part before the first dot is the kind that settings and filters go by. */
  readonly type: string;
  /** UUID; absent for the project of the workspace, null for none. */
  readonly projectId?: string | null;
  /** UUID. */
  readonly runId?: string;
  /** JSON object of at most 8 KB. */
  readonly payload?: Readonly<Record<string, unknown>>;
}

/**
 * Puts an event in the outbox and returns its id, a UUIDv7; null when settings, consent, a pause or trust keep it from
 * being reported, or the window is ending. Throws a `TypeError` when it is no event.
 */
export type LogSyncEvent = (event: SyncEvent) => string | null;

const maxTypeLength = 100;
const maxPayloadSize = 8_192;
const uuidPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * Takes over what a caller, perhaps of another extension, gave, as it is now; throws a `TypeError` that says what is
 * wrong with it. An event that cannot be sent would hold up all that come after it.
 */
export function readEvent(value: unknown): SyncEvent {
  const refuse = (why: string) => new TypeError(`logSyncEvent: ${why}.`);
  if (!isRecord(value)) throw refuse('an event is an object with a type');
  const { type, projectId, runId, payload = {} } = value;
  if (typeof type !== 'string' || type.length === 0 || type.length > maxTypeLength)
    throw refuse(`type must have 1 to ${maxTypeLength} characters`);
  for (const [name, id] of Object.entries({ projectId, runId }))
    if (!isId(id) && !(id === null && name === 'projectId')) throw refuse(`${name} must be a UUID`);
  const copy = isRecord(payload) ? copyAsJson(payload) : null;
  if (!copy) throw refuse(`payload must be a JSON object of at most ${maxPayloadSize / 1024} KB`);
  return { ...(value as unknown as SyncEvent), payload: copy };
}

function isId(value: unknown): boolean {
  return value === undefined || (typeof value === 'string' && uuidPattern.test(value));
}

/** Null for what is too large, or what JSON cannot say: a cycle, a bigint. */
function copyAsJson(value: object): Readonly<Record<string, unknown>> | null {
  try {
    const json = JSON.stringify(value);
    const copy: unknown = Buffer.byteLength(json) > maxPayloadSize ? null : JSON.parse(json);
    return isRecord(copy) ? copy : null;
  } catch {
    return null;
  }
}

/**
 * Makes UUIDs version 7 (RFC 9562): ordered by time in ms and, within one or while the clock stands or goes back, by
 * a counter (section 6.2, method 1), so that the order of ids is the order of events whatever the clock does.
 */
export function createUuidV7(now: () => number): () => string {
  let time = 0;
  let counter = 0;
  return () => {
    const bytes = randomBytes(16);
    const seed = bytes.readUInt16BE(6) & 0x7ff;
    const present = now();
    if (present > time) {
      time = present;
      counter = seed;
    } else if (counter < 0xfff) {
      counter += 1;
    } else {
      time += 1;
      counter = seed;
    }
    bytes.writeUIntBE(time, 0, 6);
    bytes.writeUInt16BE(0x7000 | counter, 6);
    bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
    const hex = bytes.toString('hex');
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
  };
}
