import * as v from 'valibot';
import type { RequestMessage } from '../../shared/requests.ts';

/** Bytes of a file, or characters of its text. */
export const largestFile = 20 << 20;
/** Points of a history; the database answers no more. */
const mostPoints = 10_000;
/** Longer than what is allowed, so that the refusal can say what is. */
const longestText = 100_000;

const uuid = v.pipe(v.string(), v.regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/));
const place = v.object({ at: v.pipe(v.string(), v.minLength(1), v.maxLength(64)), id: uuid });
const step = v.pipe(v.number(), v.safeInteger());
const text = v.pipe(v.string(), v.maxLength(longestText));
const fields = {
  name: v.exactOptional(text),
  description: v.exactOptional(v.nullable(text)),
  status: v.exactOptional(text),
  color: v.exactOptional(v.nullable(text)),
};
/** A name, no path, of a kind that we export. */
const fileName = v.pipe(v.string(), v.maxLength(200), v.regex(/^[^/\\\p{Cc}]+\.(csv|png)$/u));
const content = v.union([
  v.pipe(v.string(), v.maxLength(largestFile)),
  v.pipe(
    v.instance(ArrayBuffer),
    v.check(({ byteLength }) => byteLength <= largestFile),
  ),
]);

/** Parameters of each request; whether they make sense is for whoever does it to say. */
const parameters = {
  olderRuns: v.object({ before: place }),
  olderModels: v.object({ before: place }),
  runConfig: v.object({ run: uuid }),
  runHistory: v.object({
    run: uuid,
    afterStep: v.nullable(step),
    maxPoints: v.pipe(step, v.minValue(1), v.maxValue(mostPoints)),
  }),
  cancelRun: v.object({ run: uuid }),
  createProject: v.object({ ...fields, id: uuid, name: text }),
  updateProject: v.object({ id: uuid, fields: v.object(fields) }),
  saveFile: v.object({ name: fileName, content }),
} as const;

function request<N extends keyof typeof parameters>(name: N) {
  const id = v.pipe(v.number(), v.safeInteger());
  return v.object({ type: v.literal('request'), id, name: v.literal(name), parameters: parameters[name] });
}

/** A request of the page with its parameters. */
export const requestSchema = v.variant('name', [
  request('olderRuns'),
  request('olderModels'),
  request('runConfig'),
  request('runHistory'),
  request('cancelRun'),
  request('createProject'),
  request('updateProject'),
  request('saveFile'),
]) satisfies v.GenericSchema<RequestMessage>;
