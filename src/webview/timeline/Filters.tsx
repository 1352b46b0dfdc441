import type { JSX } from 'preact';
import { clip } from '../../shared/format.ts';
import { plain } from '../../shared/names.ts';
import { Icon } from '../components/Icon.tsx';
import { useDashboard } from '../context.ts';
import { isFiltered, noFilter, timelineKinds } from './filter.ts';

/** Which entries are shown: two lists, and the way back to all once something is chosen. */
export function Filters(): JSX.Element {
  const { ui, views, timeline, actions } = useDashboard();
  const filter = ui.timelineFilter.value;
  const kinds = timeline.kinds.value;
  const projects = views.projects.value
    .filter(({ project: { id } }) => timeline.projects.value.has(id) || id === filter.project)
    .map(({ project: { id, name } }) => [id, clip(name, 60) || '–'] as const);
  const isKnown = filter.project === null || projects.some(([id]) => id === filter.project);
  return (
    <div class="filters">
      <Choice
        label="Kind of activity"
        all="All kinds"
        name="kind"
        value={filter.kind}
        options={timelineKinds
          .filter((kind) => kinds.includes(kind) || kind === filter.kind)
          .map((kind) => [kind, plain(kind)])}
        onSelect={(value) =>
          actions.filterTimeline({
            ...filter,
            kind: timelineKinds.find((kind) => kind === value) ?? null,
          })
        }
      />
      {projects.length > 0 || !isKnown ? (
        <Choice
          label="Project"
          all="All projects"
          name="project"
          value={filter.project}
          options={isKnown ? projects : [...projects, [filter.project ?? '', 'Unknown project']]}
          onSelect={(project) => actions.filterTimeline({ ...filter, project })}
        />
      ) : null}
      {isFiltered(filter) ? (
        <button
          type="button"
          class="button icon"
          data-clear
          aria-label="Clear the filter"
          title="Clear the filter"
          onClick={() => actions.filterTimeline(noFilter)}
        >
          <Icon name="close" />
        </button>
      ) : null}
    </div>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly all: string;
  readonly name: string;
  readonly value: string | null;
  readonly options: readonly (readonly [value: string, words: string])[];
  readonly onSelect: (value: string | null) => void;
}

function Choice({ label, all, name, value, options, onSelect }: ChoiceProps): JSX.Element {
  return (
    <select
      class={`select ${value === null ? '' : 'on'}`}
      data-filter={name}
      aria-label={label}
      title={label}
      value={value ?? ''}
      onChange={({ currentTarget }) => onSelect(currentTarget.value || null)}
    >
      <option value="">{all}</option>
      {options.map(([id, words]) => (
        <option key={id} value={id}>
          {words}
        </option>
      ))}
    </select>
  );
}
