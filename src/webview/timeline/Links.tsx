import type { ComponentChildren, JSX } from 'preact';
import { shownName } from '../../shared/format.ts';
import { t } from '../../shared/l10n.ts';
import { useDashboard } from '../context.ts';

interface Props {
  readonly id: string | null;
  /** What is said around it; the link alone unless given. */
  readonly children?: (link: JSX.Element) => ComponentChildren;
}

/** Leads to a project; nothing when it is not known. */
export function ProjectLink({ id, children = alone }: Props): ComponentChildren {
  const { store, actions } = useDashboard();
  const project = id === null ? undefined : store.tables.projects.value.get(id);
  if (!project) return null;
  const name = shownName(project.name, 200);
  const title = t('Show the project {0}', name);
  return children(<Link name={name} title={title} onClick={() => actions.revealProject(project.id)} />);
}

/** Leads to a run that is in the list of runs; any other is named without a link, or not at all. */
export function RunLink({ id, children = alone }: Props): ComponentChildren {
  const { timeline, actions } = useDashboard();
  const run = id === null ? undefined : timeline.runs.value.get(id);
  if (id === null || run === undefined) return null;
  if (!timeline.heldRuns.value.has(id)) return children(<span>{shownName(run.name, 200)}</span>);
  const name = shownName(run.name, 200);
  const title = t('Show the run {0}', name);
  return children(<Link name={name} title={title} onClick={() => actions.revealRun(id)} />);
}

function alone(link: JSX.Element): JSX.Element {
  return link;
}

interface LinkProps {
  readonly name: string;
  readonly title: string;
  readonly onClick: () => void;
}

function Link({ name, title, onClick }: LinkProps): JSX.Element {
  return (
    <button type="button" class="button link moment-link" title={title} onClick={onClick}>
      {name}
    </button>
  );
}
