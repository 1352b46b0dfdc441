import { computed } from '@preact/signals';
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { useDashboard } from '../context.ts';

const hour = 3_600_000;

/** How long ago `at` (ms since 1970, server clock) was. Only the text changes as time passes. */
export function RelativeTime({ at }: { at: number }): JSX.Element {
  const { clock, formats } = useDashboard();
  const text = useMemo(
    () =>
      computed(() => {
        // Old moments listen to the minutes only: their words do not change with the seconds.
        const old = clock.minute.value - at > hour;
        return formats.relative(at, old ? clock.minute.value : clock.now.value);
      }),
    [at],
  );
  const valid = Number.isFinite(at);
  return (
    <time class="num" dateTime={valid ? new Date(at).toISOString() : undefined} title={formats.dateTime(at)}>
      {text}
    </time>
  );
}
