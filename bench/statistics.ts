/** The value below which `share` (0 to 1) of the values lie, by the nearest rank; throws when there is none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  if (value === undefined) throw new Error('Nothing was measured.');
  return value;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** How often something happened from the first of these times to the last, ms; throws when that was less than twice. */
export function perSecond(times: readonly number[]): number {
  const [first, last] = [times[0], times.at(-1)];
  if (first === undefined || last === undefined || last <= first) throw new Error('It did not happen twice.');
  return (1_000 * (times.length - 1)) / (last - first);
}
