import * as v from 'valibot';
import { isRecord } from '../../shared/record.ts';
import type { RunHistory } from '../../shared/requests.ts';
import type { Log } from '../sync/types.ts';

/** A run that logs more metrics than this shows the first of them by name. */
export const mostMetrics = 200;

/** The answer of `run_metrics`. */
export const historySchema = v.object({
  /** Ascending by step. */
  points: v.array(
    v.object({
      step: v.number(),
      at: v.string(),
      metrics: v.custom<Readonly<Record<string, unknown>>>(isRecord),
    }),
  ),
  last_step: v.nullable(v.number()),
});

/** Turns points into columns, by name so that each part of a history has them in the same order. */
export function toColumns(
  { points, last_step: lastStep }: v.InferOutput<typeof historySchema>,
  log: Log,
): RunHistory {
  const steps = Float64Array.from(points, ({ step }) => step);
  const at = Float64Array.from(points, (point) => Date.parse(point.at));
  const columns = new Map<string, Float64Array<ArrayBuffer>>();
  points.forEach(({ metrics }, index) => {
    for (const [name, value] of Object.entries(metrics)) {
      if (typeof value !== 'number') continue;
      let column = columns.get(name);
      if (!column) {
        column = new Float64Array(points.length).fill(Number.NaN);
        columns.set(name, column);
      }
      column[index] = value;
    }
  });
  const names = [...columns.keys()].sort();
  const leftOut = Math.max(0, names.length - mostMetrics);
  if (leftOut > 0) log.warn(`A run has ${names.length} metrics; ${leftOut} are left out.`);
  const metrics = names.slice(0, mostMetrics).flatMap((name) => {
    const values = columns.get(name)?.buffer;
    return values ? [{ name, values }] : [];
  });
  return { steps: steps.buffer, at: at.buffer, metrics, lastStep, leftOut };
}
