import type { JSX, RefObject } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { clip } from '../../shared/format.ts';
import { Icon } from '../components/Icon.tsx';
import { useDashboard } from '../context.ts';
import { csvName } from '../state/csv.ts';
import type { Caption, ChartHandle } from './chart.ts';
import { type ChartChoice, smoothings } from './choices.ts';
import { chartCsv } from './csv.ts';
import type { ChartSpec, ChartTool } from './spec.ts';

interface Props {
  readonly name: string;
  readonly title: string;
  readonly spec: ChartSpec;
  readonly choice: ChartChoice;
  /** The line across is drawn. */
  readonly line: boolean;
  readonly tools: readonly ChartTool[];
  readonly handle: RefObject<ChartHandle | null>;
}

/** What one may switch and take, at the end of a chart's head. */
export function ChartTools({ name, title, spec, choice, line, tools, handle }: Props): JSX.Element | null {
  const { charts } = useDashboard();
  const [problem, setProblem] = useState<string | null>(null);
  if (tools.length === 0) return null;
  const has = (tool: ChartTool): boolean => tools.includes(tool);
  const set = (change: Partial<ChartChoice>): void => charts.set(name, change);
  return (
    <>
      <div class="chart-tools" role="toolbar" aria-label={`Tools of ${clip(title, 80)}`}>
        {has('smooth') ? (
          <Smoothing value={choice.smoothing} onSelect={(smoothing) => set({ smoothing })} />
        ) : null}
        {has('log') ? (
          <button
            type="button"
            class="button tool"
            aria-pressed={choice.log}
            title="Logarithmic scale"
            onClick={() => set({ log: !choice.log })}
          >
            Log
          </button>
        ) : null}
        {has('csv') ? (
          <Save
            label="CSV"
            title="Save the data as CSV"
            onProblem={setProblem}
            take={async (now) => ({ name: csvName(name, now), content: chartCsv(spec) })}
          />
        ) : null}
        {has('png') ? (
          <Save
            label="PNG"
            title="Save the chart as a PNG picture"
            disabled={choice.table}
            onProblem={setProblem}
            take={(now) => takePicture(name, captionOf(title, spec, choice, line), handle.current, now)}
          />
        ) : null}
        {has('table') ? <TableSwitch shown={choice.table} onSelect={(table) => set({ table })} /> : null}
      </div>
      {problem === null ? null : (
        <p class="chart-problem" role="alert">
          {clip(problem)}
        </p>
      )}
    </>
  );
}

function TableSwitch({
  shown,
  onSelect,
}: {
  shown: boolean;
  onSelect: (table: boolean) => void;
}): JSX.Element {
  const label = shown ? 'Show as chart' : 'Show as table';
  return (
    <button
      type="button"
      class="button icon"
      aria-pressed={shown}
      aria-label={label}
      title={label}
      onClick={() => onSelect(!shown)}
    >
      <Icon name={shown ? 'chart' : 'table'} />
    </button>
  );
}

function Smoothing({ value, onSelect }: { value: number; onSelect: (value: number) => void }): JSX.Element {
  const place = Math.max(0, (smoothings as readonly number[]).indexOf(value));
  return (
    <label class="chart-smooth" title={`Smoothing: ${value === 0 ? 'none' : value}`}>
      <span>Smooth</span>
      <input
        type="range"
        min={0}
        max={smoothings.length - 1}
        step={1}
        value={place}
        aria-label="Smoothing"
        aria-valuetext={value === 0 ? 'None' : String(value)}
        onInput={(event) => onSelect(smoothings[Number(event.currentTarget.value)] ?? 0)}
      />
    </label>
  );
}

interface File {
  readonly name: string;
  readonly content: string | ArrayBuffer;
}
interface SaveProps {
  readonly label: string;
  readonly title: string;
  readonly disabled?: boolean;
  readonly onProblem: (problem: string | null) => void;
  /** Makes the file; `now` in ms since 1970. */
  readonly take: (now: number) => Promise<File>;
}

/** How long a button says that the file was saved, ms. */
const savedFor = 2_000;

/** Makes a file and asks the host to write it where the user says. */
function Save({ label, title, disabled = false, onProblem, take }: SaveProps): JSX.Element {
  const { requests, clock } = useDashboard();
  const [state, setState] = useState<'idle' | 'busy' | 'saved'>('idle');
  useEffect(() => {
    if (state !== 'saved') return;
    const timer = setTimeout(() => setState('idle'), savedFor);
    return () => clearTimeout(timer);
  }, [state]);
  const save = async (): Promise<void> => {
    if (disabled || state === 'busy') return;
    setState('busy');
    onProblem(null);
    try {
      const { saved } = await requests.ask('saveFile', await take(clock.minute.peek()));
      setState(saved ? 'saved' : 'idle');
    } catch (error) {
      setState('idle');
      onProblem(`Not saved: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  return (
    <button
      type="button"
      class="button tool"
      aria-disabled={disabled || state === 'busy' ? 'true' : undefined}
      aria-label={state === 'saved' ? 'Saved' : title}
      title={title}
      data-save={label.toLowerCase()}
      data-state={state}
      onClick={() => void save()}
    >
      {/* Both words have their place, so that the button keeps its width. */}
      <span class="tool-word">{label}</span>
      <span class="tool-word said">Saved</span>
    </button>
  );
}

async function takePicture(
  name: string,
  caption: Caption,
  handle: ChartHandle | null,
  now: number,
): Promise<File> {
  if (!handle) throw new Error('the chart is not drawn yet.');
  return { name: csvName(name, now).replace(/csv$/, 'png'), content: await handle.picture(caption) };
}

function captionOf(title: string, spec: ChartSpec, { hidden }: ChartChoice, line: boolean): Caption {
  const legend = spec.series.map(({ key, label, mark, color, place, projected = false }, i) => ({
    ...{ key, label: clip(label, 60), mark, color, place: place ?? i, projected },
  }));
  return {
    title: clip(title, 120),
    legend: spec.series.length > 1 ? legend.filter(({ key }) => !hidden.includes(key)) : [],
    line: !line || !spec.line ? null : clip(spec.line.label, 120),
  };
}
