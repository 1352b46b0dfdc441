import * as v from 'valibot';
import { oneLine, withoutIcons } from '../../markdown.ts';
import { withoutLinks } from '../../words.ts';
import { normalizeUrl } from '../address.ts';
import type { Profiles, RemoteProfile } from '../profiles.ts';

const text = v.pipe(v.string(), v.trim(), v.maxLength(4_096));

const addSchema = v.object({
  url: text,
  publishableKey: v.optional(text, ''),
  name: v.optional(text, ''),
});
export type AddInput = v.InferOutput<typeof addSchema>;

const renameSchema = v.object({ url: text, name: text });
const removeSchema = v.union([
  v.pipe(
    text,
    v.transform((url) => ({ url })),
  ),
  v.object({ url: text }),
]);

/** Decodes the argument of `runglass.addBackend`; null when it is none. */
export function decodeAdd(value: unknown): AddInput | null {
  return decode(addSchema, value);
}

/** Decodes the argument of `runglass.renameBackend`; null when it is none, or names no backend that is known. */
export function decodeRename(
  value: unknown,
  profiles: Profiles,
): { readonly profile: RemoteProfile; readonly name: string } | null {
  const input = decode(renameSchema, value);
  const profile = input && findProfile(input.url, profiles);
  const name = cleanName(input?.name ?? '');
  return profile && name !== '' ? { profile, name } : null;
}

/** Decodes the argument of `runglass.removeBackend`; null when it is none, or names no backend that is known. */
export function decodeRemove(value: unknown, profiles: Profiles): RemoteProfile | null {
  const input = decode(removeSchema, value);
  return input && findProfile(input.url, profiles);
}

/** A name as it may stand wherever backends are named: one line, no icon, no link. */
export function cleanName(name: string): string {
  return withoutLinks(withoutIcons(oneLine(name, 60)));
}

/** The backend in the list at `url`, as people write it. */
export function findProfile(url: string, profiles: Profiles): RemoteProfile | null {
  return profiles.find(normalizeUrl(url) ?? url);
}

function decode<T>(schema: v.GenericSchema<unknown, T>, value: unknown): T | null {
  const result = v.safeParse(schema, value);
  return result.success ? result.output : null;
}
