import * as v from 'valibot';
import { compareVersions } from './semver.ts';

/**
 * Number of what windows and backend have agreed on: `backend.json`, `/runglass/v1/*` and how a window signs in. To be
 * raised when a window that is older could not work with it any more; such a window then asks to be reloaded.
 */
export const backendProtocol = 1;

/** What an older version must find to ask it to stop; these stay in the file for ever. */
const doorSchema = v.object({ pid: v.number(), port: v.number(), secretKey: v.string() });
const labelSchema = v.object({ version: v.fallback(v.string(), ''), protocol: v.fallback(v.number(), 0) });

/** What `backend.json` in the data folder says: who serves it, where, and how to get in. */
const backendFileSchema = v.object({
  ...doorSchema.entries,
  url: v.string(),
  publishableKey: v.string(),
  user: v.object({ email: v.string(), password: v.string() }),
  version: v.string(),
  protocol: v.literal(backendProtocol),
  /** ISO 8601. */
  startedAt: v.string(),
});
export type BackendFile = v.InferOutput<typeof backendFileSchema>;
export type BackendDoor = v.InferOutput<typeof doorSchema>;

/** Who serves a data folder, as somebody of another version, or the same, sees it. */
export type Server =
  | { readonly kind: 'ours'; readonly file: BackendFile }
  /** To be taken over. A file without a version is an older one's. */
  | { readonly kind: 'older'; readonly version: string; readonly door: BackendDoor }
  /** Of a newer version that speaks a protocol we do not know. */
  | { readonly kind: 'newer'; readonly version: string }
  /** Nobody, or something that is not ours. */
  | { readonly kind: 'unknown' };

/** Judges the text of `backend.json` for somebody of version `own`. */
export function readServer(text: string, own: string): Server {
  const json = v.safeParse(v.pipe(v.string(), v.parseJson(), labelSchema), text);
  if (!json.success) return { kind: 'unknown' };
  const { version } = json.output;
  const content: unknown = JSON.parse(text);
  const order = compareVersions(version, own);
  if (order < 0) {
    const door = v.safeParse(doorSchema, content);
    return door.success ? { kind: 'older', version, door: door.output } : { kind: 'unknown' };
  }
  const file = v.safeParse(backendFileSchema, content);
  if (file.success) return { kind: 'ours', file: file.output };
  return order > 0 ? { kind: 'newer', version } : { kind: 'unknown' };
}

const leaseLineSchema = v.object({ pid: v.number(), replacedBy: v.optional(v.string()) });
/** One line of a lease: a sign of life or, the last one, that a process of another version takes the folder over. */
export type LeaseLine = v.InferOutput<typeof leaseLineSchema>;

/** Null for anything else. */
export function readLeaseLine(text: string): LeaseLine | null {
  const line = v.safeParse(v.pipe(v.string(), v.parseJson(), leaseLineSchema), text);
  return line.success ? line.output : null;
}
