import * as v from 'valibot';
import { eventKinds } from '../../shared/activity.ts';
import { dashboardCommands, type WebviewMessage } from '../../shared/protocol.ts';
import { requestSchema } from './requestMessages.ts';

const uuid = '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}';
/** Characters: an error or a configuration may be long, and Copy takes all of it. */
const longestCopy = 20 << 20;
const place = v.object({
  at: v.pipe(v.string(), v.minLength(1), v.maxLength(64)),
  id: v.nullable(v.pipe(v.string(), v.regex(new RegExp(`^${uuid}(/start|/end)?$`)))),
});

const schema = v.variant('type', [
  v.object({
    type: v.literal('ready'),
    epoch: v.nullable(v.pipe(v.string(), v.maxLength(200))),
    cursor: v.nullable(v.pipe(v.number(), v.safeInteger())),
  }),
  v.object({ type: v.literal('command'), command: v.picklist(dashboardCommands) }),
  v.object({ type: v.literal('details'), open: v.boolean() }),
  v.object({
    type: v.literal('copy'),
    what: v.pipe(v.string(), v.maxLength(200)),
    text: v.pipe(v.string(), v.maxLength(longestCopy)),
  }),
  v.object({
    type: v.literal('older'),
    request: v.pipe(v.number(), v.safeInteger()),
    before: place,
    filter: v.object({
      kind: v.nullable(v.picklist([...eventKinds, 'run'])),
      project: v.nullable(v.pipe(v.string(), v.regex(new RegExp(`^${uuid}$`)))),
    }),
  }),
  v.object({
    type: v.literal('log'),
    level: v.picklist(['info', 'warn', 'error']),
    message: v.pipe(v.string(), v.maxLength(10_000)),
  }),
  requestSchema,
]);
const numberedSchema = v.object({ type: v.literal('request'), id: v.pipe(v.number(), v.safeInteger()) });

/** Decodes what the page posted; null when it is none of its messages. */
export function decodeMessage(value: unknown): WebviewMessage | null {
  const result = v.safeParse(schema, value);
  return result.success ? result.output : null;
}

/** The number of a request that cannot be read, so that it can be answered; null when it has none. */
export function unreadableRequest(value: unknown): number | null {
  const result = v.safeParse(numberedSchema, value);
  return result.success ? result.output.id : null;
}
