import * as v from 'valibot';
import { dashboardCommands, type WebviewMessage } from '../../shared/protocol.ts';

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
    text: v.pipe(v.string(), v.maxLength(100_000)),
  }),
  v.object({
    type: v.literal('log'),
    level: v.picklist(['info', 'warn', 'error']),
    message: v.pipe(v.string(), v.maxLength(10_000)),
  }),
]);

/** Decodes what the page posted; null when it is none of its messages. */
export function decodeMessage(value: unknown): WebviewMessage | null {
  const result = v.safeParse(schema, value);
  return result.success ? result.output : null;
}
