import { numberAt } from './spec.ts';

/**
 * The exponential moving average with a weight from 0 (as it is) to below 1, debiased as TensorBoard does it, so that
 * the first values are not pulled to zero. Where there is no number there is none afterwards.
 */
export function smoothed(values: ArrayLike<number | null>, weight: number): Float64Array {
  const result = new Float64Array(values.length);
  let mean = 0;
  let remaining = 1;
  for (let i = 0; i < values.length; i++) {
    const value = numberAt(values, i);
    if (Number.isNaN(value)) {
      result[i] = Number.NaN;
      continue;
    }
    mean = mean * weight + value * (1 - weight);
    remaining *= weight;
    result[i] = mean / (1 - remaining);
  }
  return result;
}

const held = new WeakMap<object, { readonly weight: number; readonly result: Float64Array }>();

/** `smoothed`, computed once for the same values: a crosshair that moves asks for them again and again. */
export function smoothedOnce(values: ArrayLike<number | null>, weight: number): Float64Array {
  const found = held.get(values);
  if (found?.weight === weight) return found.result;
  const result = smoothed(values, weight);
  held.set(values, { weight, result });
  return result;
}
