import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { useDashboard } from '../context.ts';
import { onThemeChange } from '../state/theme.ts';
import type { BarSpec, ChartHandle } from './chart.ts';

interface Props {
  readonly spec: BarSpec;
  /** The chart in one sentence, for those who do not see it. */
  readonly sentence: string;
  readonly onPoint: (index: number | null) => void;
}

/** Hosts a drawn chart: size, theme and keyboard; it is drawn anew only when it appears. */
export function BarChart({ spec, sentence, onPoint }: Props): JSX.Element {
  const { drawChart } = useDashboard();
  const element = useRef<HTMLDivElement>(null);
  const chart = useRef<ChartHandle | null>(null);
  const [at, setAt] = useState<number | null>(null);

  useEffect(() => {
    const host = element.current;
    if (!host) return;
    const size = (): { width: number; height: number } => ({
      width: Math.max(120, host.clientWidth),
      height: Math.max(80, host.clientHeight),
    });
    const handle = drawChart(host, spec, size(), onPoint);
    chart.current = handle;
    const observer = new ResizeObserver(() => handle.resize(size()));
    observer.observe(host);
    const stopTheme = onThemeChange(() => handle.recolor());
    return () => {
      stopTheme();
      observer.disconnect();
      handle.destroy();
      chart.current = null;
    };
  }, []);

  const drawn = useRef(spec);
  useEffect(() => {
    if (drawn.current === spec) return;
    drawn.current = spec;
    chart.current?.update(spec);
  }, [spec]);

  const move = (index: number | null): void => {
    setAt(index);
    chart.current?.point(index);
    onPoint(index);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const last = spec.x.length - 1;
    const next = nextIndex(event.key, at, last);
    if (next === undefined) return;
    event.preventDefault();
    move(next);
  };

  return (
    <div
      class="chart-canvas"
      ref={element}
      role="img"
      aria-label={`${sentence} Arrow keys read single days.`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the crosshair is moved with the arrow keys
      tabIndex={0}
      onKeyDown={onKeyDown}
      onBlur={() => move(null)}
    />
  );
}

/** Where a key moves the crosshair; undefined for keys that are not ours. */
function nextIndex(key: string, at: number | null, last: number): number | null | undefined {
  switch (key) {
    case 'ArrowLeft':
      return Math.max(0, (at ?? last + 1) - 1);
    case 'ArrowRight':
      return Math.min(last, (at ?? -1) + 1);
    case 'Home':
      return 0;
    case 'End':
      return last;
    case 'Escape':
      return null;
    default:
      return undefined;
  }
}
