import * as v from 'valibot';

const claimsSchema = v.object({
  /** Seconds since 1970. */
  exp: v.optional(v.number()),
  iat: v.optional(v.number()),
  /** Of a legacy key: the project that it belongs to. */
  ref: v.optional(v.string()),
});

/** What a token or a legacy key says of itself, unproven; nothing when it is none. */
export function claimsOf(token: string): v.InferOutput<typeof claimsSchema> {
  const text = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8');
  const result = v.safeParse(v.pipe(v.string(), v.parseJson(), claimsSchema), text);
  return result.success ? result.output : {};
}
