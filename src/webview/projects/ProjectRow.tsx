import type { JSX } from 'preact';
import { clip } from '../../shared/format.ts';
import type { ProjectRow as Project } from '../../shared/model.ts';
import { plain } from '../../shared/names.ts';
import { Icon } from '../components/Icon.tsx';
import { memo } from '../components/memo.ts';
import { ProjectDot } from '../components/ProjectLabel.tsx';
import { RelativeTime } from '../components/RelativeTime.tsx';
import { useHighlight } from '../components/useHighlight.ts';
import { useDashboard } from '../context.ts';
import { ProjectDetails } from './ProjectDetails.tsx';

interface Props {
  readonly project: Project;
  readonly runs: number;
  readonly activeRuns: number;
  readonly models: number;
  readonly lastActivity: number;
  readonly open: boolean;
  /** Every section shows this one only. */
  readonly chosen: boolean;
}

/** One project; draws again only when it or its counts change. */
export const ProjectRow = memo(function ProjectRowView(props: Props): JSX.Element {
  const { project, runs, activeRuns, models, lastActivity, open, chosen } = props;
  const { formats: signal, actions } = useDashboard();
  const formats = signal.value;
  const element = useHighlight<HTMLDivElement>(project, project.sync_seq);
  const counted = (n: number, one: string, many: string): string =>
    `${formats.number(n)} ${n === 1 ? one : many}`;
  const name = clip(project.name, 200) || '–';
  return (
    <li class={`row project ${project.status === 'archived' ? 'dim' : ''}`} data-id={project.id}>
      <div class={`project-line ${chosen ? 'chosen' : ''}`} ref={element}>
        <button
          type="button"
          class="row-main project-main"
          aria-expanded={open}
          title={clip(project.description ?? project.name)}
          onClick={() => actions.toggleOpen(project.id)}
        >
          <Icon name="chevron" class={`twistie ${open ? 'open' : ''}`} />
          <ProjectDot color={project.color} />
          <span class="project-text">
            <span class="project-name">
              <span class="ellipsis strong">{name}</span>{' '}
              {shownStatus(project.status) ? <span class="chip">{plain(project.status)}</span> : null}
            </span>{' '}
            <span class="muted ellipsis num">
              {counted(runs, 'run', 'runs')}
              {activeRuns > 0 ? ` (${formats.number(activeRuns)} active)` : ''} ·{' '}
              {counted(models, 'model', 'models')}
            </span>
          </span>{' '}
          <span class="muted project-age" title="Last activity">
            <RelativeTime at={lastActivity} />
          </span>
        </button>
        <button
          type="button"
          class="button icon"
          data-only={project.id}
          aria-pressed={chosen}
          aria-label={`Show only ${name}`}
          title={chosen ? 'Show all projects' : `Show only ${name}`}
          onClick={() => actions.chooseProject(chosen ? null : project.id)}
        >
          <Icon name="filter" />
        </button>
      </div>
      {open ? <ProjectDetails project={project} /> : null}
    </li>
  );
});

/** The usual one goes without saying, and archived ones stand in a group of that name. */
function shownStatus(status: string): boolean {
  return status !== 'active' && status !== 'archived';
}
