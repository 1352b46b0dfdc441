import type { JSX, RefObject } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { t } from '../../shared/l10n.ts';
import { useDashboard } from '../context.ts';
import { onThemeChange } from '../state/theme.ts';
import { ChartReadout } from './ChartReadout.tsx';
import type { ChartEvents, ChartFactory, ChartHandle, Size } from './chart.ts';
import { nearestPlace, placeAfterKey, readingOf, readPoint, zoomBy } from './reading.ts';
import type { ChartSpec } from './spec.ts';
import { type ChartView, type ViewChoice, wholeRange } from './view.ts';
import { pointWords } from './words.ts';

interface Props {
  readonly name: string;
  readonly spec: ChartSpec;
  readonly view: ChartView;
  readonly choice: ViewChoice;
  readonly sentence: string;
  readonly draw: ChartFactory;
  /** What is drawn, for those who want its picture. */
  readonly handle: RefObject<ChartHandle | null>;
}

/** What is read: the `x`, so that it stays where it is when other points come; and whether keys moved it there. */
interface Pointed {
  readonly x: number;
  readonly byKeys: boolean;
}

const day = 86_400;

/** Hosts the drawn chart: size, theme, crosshair and zoom. It is made once; new data is handed to it. */
export function ChartPlot({ name, spec, view, choice, sentence, draw, handle }: Props): JSX.Element {
  const { charts } = useDashboard();
  const element = useRef<HTMLDivElement>(null);
  const [pointed, setPointed] = useState<Pointed | null>(null);
  const zoom = (range: readonly [number, number] | null): void => {
    const whole = spec.scale === 'day' && range ? wholeDays(range) : range;
    charts.set(name, { zoom: whole });
  };
  const place = pointed === null ? null : nearestPlace(spec, choice, pointed.x);
  const point = useMemo(
    () => (place === null ? null : readPoint(spec, choice, place)),
    [spec, choice, place],
  );
  // Said when a key moves there, and not again with each change of what is there.
  const said = useMemo(() => (point && pointed?.byKeys ? pointWords(spec, point) : null), [pointed]);
  const events = useRef({ onPoint: (_x: number | null): void => {}, onZoom: zoom });
  events.current = {
    onPoint: (x) => setPointed(x === null ? null : { x, byKeys: false }),
    onZoom: zoom,
  };
  useDrawing(element, view, draw, handle, {
    onPoint: (x) => events.current.onPoint(x),
    onZoom: (range) => events.current.onZoom(range),
  });
  const isPointed = pointed !== null;
  useEffect(() => (isPointed ? onEscape(() => setPointed(null)) : undefined), [isPointed]);
  useLayoutEffect(() => handle.current?.point(point ? readingOf(point) : null), [point, view]);

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const x = point?.x ?? null;
    const zoomed = zoomAfterKey(event.key, x, view.range, wholeRange(spec));
    const next = placeAfterKey(spec, choice, event.key, place, view.range);
    if (zoomed === undefined && next === undefined) return;
    event.preventDefault();
    // Of whole days, those whose middle is within: counted from the edges, three days would stay three.
    if (zoomed !== undefined) zoom(zoomed && spec.scale === 'day' ? inset(zoomed, day / 2) : zoomed);
    if (next !== undefined) setPointed(next === null ? null : { x: spec.x[next] ?? 0, byKeys: true });
  };

  return (
    <>
      <div
        class="chart-canvas"
        ref={element}
        // Its keys reach it in the browse mode of screen readers too.
        role="application"
        aria-roledescription={t('chart')}
        aria-label={`${sentence} ${t('Arrow keys read single points, plus and minus zoom, 0 shows all.')}`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the crosshair is moved with the arrow keys
        tabIndex={0}
        onKeyDown={onKeyDown}
        onBlur={() => setPointed(null)}
      />
      {choice.zoom ? (
        <button type="button" class="button secondary chart-reset" onClick={() => zoom(null)}>
          {t('Reset zoom')}
        </button>
      ) : null}
      {point ? (
        <ChartReadout spec={spec} point={point} left={() => handle.current?.left(point.x) ?? 0} />
      ) : null}
      {/* Only what the keyboard moves to is announced: a pointer would have it speak without end. */}
      <span class="visually-hidden" aria-live="polite">
        {said}
      </span>
    </>
  );
}

/** Wherever the focus is: what a pointer has opened goes without moving it. Returns the way to stop. */
function onEscape(callback: () => void): () => void {
  const onKey = ({ key }: KeyboardEvent): void => {
    if (key === 'Escape') callback();
  };
  document.addEventListener('keydown', onKey);
  return () => document.removeEventListener('keydown', onKey);
}

/** Draws into the element, and releases everything when it goes. */
function useDrawing(
  element: RefObject<HTMLDivElement | null>,
  view: ChartView,
  draw: ChartFactory,
  handle: RefObject<ChartHandle | null>,
  events: ChartEvents,
): void {
  const drawn = useRef(view);
  useLayoutEffect(() => {
    const host = element.current;
    if (!host) return;
    drawn.current = view;
    const made = draw(host, view, sizeOf(host), events);
    handle.current = made;
    const observer = new ResizeObserver(() => made.resize(sizeOf(host)));
    observer.observe(host);
    const stopTheme = onThemeChange(() => made.recolor());
    return () => {
      stopTheme();
      observer.disconnect();
      made.destroy();
      handle.current = null;
    };
  }, [draw]);
  useLayoutEffect(() => {
    if (drawn.current === view) return;
    drawn.current = view;
    handle.current?.update(view);
  }, [view]);
}

function sizeOf(host: HTMLElement): Size {
  return { width: Math.max(120, host.clientWidth), height: Math.max(60, host.clientHeight) };
}

/** The range that a key zooms to, null for all; undefined for other keys. */
function zoomAfterKey(
  key: string,
  x: number | null,
  range: readonly [number, number],
  whole: readonly [number, number],
): readonly [number, number] | null | undefined {
  switch (key) {
    case '+':
    case '=':
      return zoomBy(0.5, range, x, whole);
    case '-':
      return zoomBy(2, range, x, whole);
    case '0':
      return null;
    default:
      return undefined;
  }
}

function inset([from, to]: readonly [number, number], by: number): [number, number] {
  return [from + by, to - by];
}

/** From the start of the first day to the end of the last: days are drawn around their midnights. */
function wholeDays([from, to]: readonly [number, number]): [number, number] {
  const start = Math.round(from / day) * day - day / 2;
  return [start, Math.max(start + day, Math.round(to / day) * day + day / 2)];
}
