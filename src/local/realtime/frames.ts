/**
 * The two wire formats of Phoenix channels.
 *
 *   vsn 2.0.0   [join_ref, ref, topic, event, payload]
 *   vsn 1.0.0   {topic, event, payload, ref}            the server never sends join_ref; a phx_close or
 *                                                       phx_error carries it in `ref`
 *
 * In 2.0.0 a client sends a broadcast as a binary frame of kind 3: the lengths of join ref, ref, topic, event and
 * metadata in a byte each, an encoding byte (0 binary, 1 JSON), these strings, the payload.
 */

export type Version = '1.0.0' | '2.0.0';

export interface Frame {
  readonly joinRef: string | null;
  readonly ref: string | null;
  readonly topic: string;
  readonly event: string;
  readonly payload: unknown;
}

/** Null for anything that is no frame: the real server ignores such input without an answer. */
export function decodeText(version: Version, text: string): Frame | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (version === '2.0.0') {
    if (!Array.isArray(value) || value.length !== 5) return null;
    const [joinRef, ref, topic, event, payload] = value as unknown[];
    return frame(joinRef, ref, topic, event, payload);
  }
  if (typeof value !== 'object' || value === null) return null;
  const { join_ref: joinRef, ref, topic, event, payload } = value as Record<string, unknown>;
  return frame(joinRef, ref, topic, event, payload);
}

function frame(
  joinRef: unknown,
  ref: unknown,
  topic: unknown,
  event: unknown,
  payload: unknown,
): Frame | null {
  if (typeof topic !== 'string' || typeof event !== 'string') return null;
  return { joinRef: reference(joinRef), ref: reference(ref), topic, event, payload: payload ?? {} };
}

function reference(value: unknown): string | null {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : null;
}

/** Decodes a broadcast sent as a binary frame of kind 3; null for anything else. */
export function decodeBinary(bytes: Buffer): Frame | null {
  if (bytes[0] !== 3 || bytes.length < 7) return null;
  const lengths = [...bytes.subarray(1, 6)];
  const encoding = bytes[6];
  const parts: string[] = [];
  let offset = 7;
  for (const length of lengths) {
    if (offset + length > bytes.length) return null;
    parts.push(bytes.toString('utf8', offset, offset + length));
    offset += length;
  }
  const [joinRef = '', ref = '', topic = '', event = ''] = parts;
  const rest = bytes.subarray(offset);
  const payload = encoding === 1 ? parseJson(rest.toString('utf8')) : rest;
  if (payload === undefined) return null;
  return {
    joinRef: joinRef || null,
    ref: ref || null,
    topic,
    event: 'broadcast',
    payload: { type: 'broadcast', event, payload },
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Encodes a broadcast whose payload is bytes, kind 4; only 2.0.0 can carry it. */
export function encodeBinaryBroadcast(topic: string, event: string, payload: Uint8Array): Buffer {
  const topicBytes = Buffer.from(topic);
  const eventBytes = Buffer.from(event);
  const header = Buffer.from([4, topicBytes.length, eventBytes.length, 0, 0]);
  return Buffer.concat([header, topicBytes, eventBytes, payload]);
}

/** `payload` is JSON text, so that numbers beyond double precision go out as they are. */
export function encode(
  version: Version,
  joinRef: string | null,
  ref: string | null,
  topic: string,
  event: string,
  payload: string,
): string {
  if (version === '2.0.0') {
    return `[${JSON.stringify(joinRef)},${JSON.stringify(ref)},${JSON.stringify(topic)},${JSON.stringify(event)},${payload}]`;
  }
  const own = event === 'phx_close' || event === 'phx_error' ? joinRef : ref;
  return `{"ref":${JSON.stringify(own)},"event":${JSON.stringify(event)},"topic":${JSON.stringify(topic)},"payload":${payload}}`;
}
