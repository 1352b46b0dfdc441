// biome-ignore-all lint/a11y/useSemanticElements: the list is a grid of `div`s that keeps the focus itself
// biome-ignore-all lint/a11y/useKeyWithClickEvents: the list is a grid of `div`s that keeps the focus itself
// biome-ignore-all lint/a11y/useFocusableInteractive: the list is a grid of `div`s that keeps the focus itself

import { computed } from '@preact/signals';
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { shownName } from '../../shared/format.ts';
import { plural, t } from '../../shared/l10n.ts';
import type { ProjectRow, RunRow as Run } from '../../shared/model.ts';
import { maxCompared, runState } from '../../shared/runs.ts';
import { memo } from '../components/memo.ts';
import { ProjectLabel } from '../components/ProjectLabel.tsx';
import { useHighlight } from '../components/useHighlight.ts';
import { useDashboard } from '../context.ts';
import type { ColumnId } from './columns.ts';
import { RunCell } from './RunCells.tsx';
import { noteWords } from './words.ts';

interface Props {
  readonly run: Run;
  readonly project: ProjectRow | null;
  /** Another list only when it differs. */
  readonly columns: readonly ColumnId[];
  /** The project stands beside the name. */
  readonly labelled: boolean;
  readonly active: boolean;
  readonly marked: boolean;
  /** No more runs can be marked. */
  readonly full: boolean;
  readonly domId: string;
  /** From 1, with the heading. */
  readonly rowIndex: number;
  /** Under the heading of a group. */
  readonly nested: boolean;
}

function RunRowView(props: Props): JSX.Element {
  const { run, project, columns, labelled, active, domId, rowIndex, nested } = props;
  const { actions, clock, runs } = useDashboard();
  const state = useMemo(
    () => computed(() => runState(run, run.status === 'running' ? clock.now.value : 0, runs.silence.value)),
    [run],
  ).value;
  const element = useHighlight<HTMLDivElement>(run, run.status);
  const name = shownName(run.name);
  return (
    <div
      role="row"
      tabIndex={-1}
      ref={element}
      id={domId}
      class={`row run run-row ${active ? 'active' : ''} ${nested ? 'nested' : ''}`}
      data-row
      data-id={run.id}
      aria-rowindex={rowIndex}
      aria-level={nested ? 2 : undefined}
      aria-selected={props.marked}
      onClick={() => actions.showSheet({ kind: 'run', id: run.id })}
    >
      <Mark run={run} name={name} marked={props.marked} full={props.full} />
      <span role="gridcell" class="cell run-name">
        <span class="ellipsis strong" title={name}>
          {name}
        </span>
        {labelled && project ? <ProjectLabel name={project.name} color={project.color} /> : null}
        {run.stopped_by || run.error ? <Note run={run} /> : null}
      </span>
      {columns.map((column) => (
        <RunCell key={column} column={column} run={run} state={state} project={project} />
      ))}
    </div>
  );
}

/** Why it ended; when a limit resets is told anew each minute. */
function Note({ run }: { run: Run }): JSX.Element {
  const { clock, formats } = useDashboard();
  const text = useMemo(
    () => computed(() => noteWords(run, formats, run.stopped_by ? clock.minute.value : 0)),
    [run],
  );
  return (
    <span class={`run-error ellipsis ${run.stopped_by ? 'by-limit' : ''}`} title={text}>
      {text}
    </span>
  );
}

/** Renders again only when its run, its project, its columns or what the user did to it changes. */
export const RunRow = memo(RunRowView);

interface MarkProps {
  readonly run: Run;
  readonly name: string;
  readonly marked: boolean;
  readonly full: boolean;
}

/** The box that marks a run for comparing; the key for it is Space. */
function Mark({ run, name, marked, full }: MarkProps): JSX.Element {
  const { runs, formats } = useDashboard();
  const isRefused = full && !marked;
  const words = isRefused
    ? plural(maxCompared, 'Compares up to {0} run', 'Compares up to {0} runs', formats.number(maxCompared))
    : t('Mark for comparing (Space)');
  return (
    <span role="gridcell" class="cell run-mark" title={words} onClick={(event) => event.stopPropagation()}>
      <input
        type="checkbox"
        class="checkbox"
        tabIndex={-1}
        aria-label={t('Compare {0}', name)}
        checked={marked}
        disabled={isRefused}
        onChange={() => runs.toggleMark(run.id)}
      />
    </span>
  );
}
