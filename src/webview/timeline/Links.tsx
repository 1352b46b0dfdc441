import type { ComponentChildren, JSX } from 'preact';
import { clip } from '../../shared/format.ts';
import { useDashboard } from '../context.ts';

interface Props {
  readonly id: string | null;
  readonly before?: string;
}

/** Leads to a project; nothing when it is not known. */
export function ProjectLink({ id, before }: Props): ComponentChildren {
  const { store, actions } = useDashboard();
  const project = id === null ? undefined : store.tables.projects.value.get(id);
  return project
    ? [before, link('Show the project', project.name, () => actions.revealProject(project.id))]
    : null;
}

/** Leads to a run that is in the list of runs; any other is named without a link, or not at all. */
export function RunLink({ id, before }: Props): ComponentChildren {
  const { timeline, actions } = useDashboard();
  const name = id === null ? undefined : timeline.runs.value.get(id)?.name;
  if (id === null || name === undefined) return null;
  return timeline.heldRuns.value.has(id)
    ? [before, link('Show the run', name, () => actions.revealRun(id))]
    : [before, <span key={id}>{clip(name, 200)}</span>];
}

function link(title: string, name: string, onClick: () => void): JSX.Element {
  const shown = clip(name, 200) || '–';
  return (
    <button
      key={title}
      type="button"
      class="button link moment-link"
      title={`${title} ${shown}`}
      onClick={onClick}
    >
      {shown}
    </button>
  );
}
