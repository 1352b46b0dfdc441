import * as v from 'valibot';

const text = v.pipe(v.string(), v.trim(), v.maxLength(4_096));

/** What a caller of `runglass.signIn` may already know; the form asks for the rest. */
const signInSchema = v.optional(
  v.object({
    url: v.optional(text, ''),
    publishableKey: v.optional(text, ''),
    email: v.optional(text, ''),
    password: v.optional(v.pipe(v.string(), v.maxLength(4_096)), ''),
    /** Whether editor events may be sent to this backend; undefined asks. */
    consent: v.optional(v.boolean()),
  }),
  {},
);
export type SignInInput = v.InferOutput<typeof signInSchema>;

/** Everything is to be asked for. */
export const nothingKnown: SignInInput = {
  url: '',
  publishableKey: '',
  email: '',
  password: '',
  consent: undefined,
};

/** Everything that signing in takes. */
export interface CompleteSignIn {
  readonly url: string;
  readonly publishableKey: string;
  readonly email: string;
  readonly password: string;
  readonly consent: boolean;
}

const selectSchema = v.variant('kind', [
  v.object({ kind: v.literal('embedded') }),
  v.object({ kind: v.literal('remote'), url: text, publishableKey: v.optional(text, '') }),
]);
export type SelectInput = v.InferOutput<typeof selectSchema>;

/** Decodes the argument of `runglass.signIn`; null when it is none. */
export function decodeSignIn(value: unknown): SignInInput | null {
  // To valibot an array is an object too.
  if (Array.isArray(value)) return null;
  const result = v.safeParse(signInSchema, value ?? undefined);
  return result.success ? result.output : null;
}

/** Decodes the argument of `runglass.selectBackend`; null when it is none. */
export function decodeSelect(value: unknown): SelectInput | null {
  const result = v.safeParse(selectSchema, value);
  return result.success ? result.output : null;
}

/** `input` if it leaves nothing to ask. */
export function completeSignIn(input: SignInInput): CompleteSignIn | null {
  const { url, publishableKey, email, password, consent } = input;
  const complete = url && publishableKey && email && password && consent !== undefined;
  return complete ? { url, publishableKey, email, password, consent } : null;
}
