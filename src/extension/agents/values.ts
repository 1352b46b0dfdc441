/** A time as ISO 8601; null for none and for one that cannot be told. */
export function iso(ms: number | null): string | null {
  return ms !== null && Number.isFinite(ms) && Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : null;
}

/** To six digits: more would only make the answer longer. What is whole stays whole. */
export function rounded(value: number): number {
  return Number.isInteger(value) ? value : Number(value.toPrecision(6));
}
