import type { JSX, RefObject } from 'preact';
import { clip } from '../../shared/format.ts';
import { t } from '../../shared/l10n.ts';
import { Icon } from '../components/Icon.tsx';
import { type File, type Saving, useSave } from '../components/useSave.ts';
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
  const [saving, save] = useSave();
  if (tools.length === 0) return null;
  const has = (tool: ChartTool): boolean => tools.includes(tool);
  const isSaving = saving.state === 'saving';
  const stateOf = (which: string): Saving['state'] => (saving.which === which ? saving.state : 'idle');
  const set = (change: Partial<ChartChoice>): void => charts.set(name, change);
  return (
    <>
      <div class="chart-tools" role="toolbar" aria-label={t('Chart tools: {0}', clip(title, 80))}>
        {has('smooth') ? (
          <Smoothing value={choice.smoothing} onSelect={(smoothing) => set({ smoothing })} />
        ) : null}
        {has('log') ? (
          <button
            type="button"
            class="button tool"
            aria-pressed={choice.log}
            title={t('Logarithmic scale')}
            onClick={() => set({ log: !choice.log })}
          >
            {t('Log')}
          </button>
        ) : null}
        {has('csv') ? (
          <Save
            format="csv"
            title={t('Save the data as CSV')}
            disabled={isSaving}
            state={stateOf('csv')}
            onSave={() => save('csv', (now) => ({ name: csvName(name, now), content: chartCsv(spec) }))}
          />
        ) : null}
        {has('png') ? (
          <Save
            format="png"
            title={t('Save the chart as a PNG picture')}
            disabled={choice.table || isSaving}
            state={stateOf('png')}
            onSave={() =>
              save('png', (now) =>
                takePicture(name, captionOf(title, spec, choice, line), handle.current, now),
              )
            }
          />
        ) : null}
        {has('table') ? <TableSwitch shown={choice.table} onSelect={(table) => set({ table })} /> : null}
      </div>
      {saving.problem === null ? null : (
        <p class="chart-problem" role="alert">
          {t('Not saved: {0}', clip(saving.problem))}
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
  const label = shown ? t('Show as chart') : t('Show as table');
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
  const { formats } = useDashboard();
  const place = Math.max(0, (smoothings as readonly number[]).indexOf(value));
  const weight = formats.number(value);
  return (
    <label class="chart-smooth" title={value === 0 ? t('Smoothing: none') : t('Smoothing: {0}', weight)}>
      <span>{t('Smooth')}</span>
      <input
        type="range"
        min={0}
        max={smoothings.length - 1}
        step={1}
        value={place}
        aria-label={t('Smoothing')}
        aria-valuetext={value === 0 ? t('None') : weight}
        onInput={(event) => onSelect(smoothings[Number(event.currentTarget.value)] ?? 0)}
      />
    </label>
  );
}

interface SaveProps {
  readonly format: 'csv' | 'png';
  readonly title: string;
  readonly disabled: boolean;
  readonly state: Saving['state'];
  readonly onSave: () => void;
}

/** Its sign is the name of the format. */
function Save({ format, title, disabled, state, onSave }: SaveProps): JSX.Element {
  return (
    <button
      type="button"
      class="button tool"
      aria-disabled={disabled ? 'true' : undefined}
      aria-label={state === 'saved' ? t('Saved') : title}
      title={title}
      data-save={format}
      data-state={state}
      onClick={() => {
        if (!disabled) onSave();
      }}
    >
      {/* Both words have their place, so that the button keeps its width. */}
      <span class="tool-word">{format.toUpperCase()}</span>
      <span class="tool-word said">{t('Saved')}</span>
    </button>
  );
}

async function takePicture(
  name: string,
  caption: Caption,
  handle: ChartHandle | null,
  now: number,
): Promise<File> {
  if (!handle) throw new Error(t('The chart is not drawn yet.'));
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
