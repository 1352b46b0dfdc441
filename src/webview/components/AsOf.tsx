import type { JSX } from 'preact';
import { useDashboard } from '../context.ts';
import { freshnessWords } from '../words.ts';

/** Of when the rows are, while that may not be now. */
export function AsOf(): JSX.Element | null {
  const { store, formats, clock } = useDashboard();
  const status = store.status.value;
  const words = freshnessWords(status, formats, clock.minute.value)?.short;
  // What is over in a moment is not worth a word: style sheets show it late.
  const isBrief = status?.state === 'catchingUp' && !status.cached;
  return words ? (
    <span class={`as-of muted num ${isBrief ? 'late' : ''}`} data-as-of>
      {words}
    </span>
  ) : null;
}
