import type { JSX } from 'preact';
import { clip } from '../../shared/format.ts';
import type { ProjectRow as Project } from '../../shared/model.ts';
import { plain } from '../../shared/names.ts';
import { memo } from '../components/memo.ts';
import { SectionBody } from '../components/Placeholder.tsx';
import { ProjectDot } from '../components/ProjectLabel.tsx';
import { RelativeTime } from '../components/RelativeTime.tsx';
import { Section } from '../components/Section.tsx';
import { useHighlight } from '../components/useHighlight.ts';
import { Windowed } from '../components/Windowed.tsx';
import { useDashboard } from '../context.ts';

export function Projects(): JSX.Element {
  const projects = useDashboard().views.projects.value;
  return (
    <Section name="projects" title="Projects" count={projects.length}>
      <SectionBody
        what="projects"
        rows={4}
        isEmpty={projects.length === 0}
        empty={
          <>
            Projects group runs, models and usage. Insert a row into <code>projects</code> and refer to it
            from your runs.
          </>
        }
      >
        {() => (
          <Windowed items={projects} first={12} step={50} name="projects" what="projects">
            {(shown) => (
              <ul class="rows">
                {shown.map(({ project, runs, activeRuns, models, lastActivity }) => (
                  <ProjectRow
                    key={project.id}
                    project={project}
                    runs={runs}
                    activeRuns={activeRuns}
                    models={models}
                    lastActivity={lastActivity}
                  />
                ))}
              </ul>
            )}
          </Windowed>
        )}
      </SectionBody>
    </Section>
  );
}

interface Props {
  readonly project: Project;
  readonly runs: number;
  readonly activeRuns: number;
  readonly models: number;
  readonly lastActivity: number;
}

const ProjectRow = memo(function ProjectRowView(props: Props): JSX.Element {
  const { project, runs, activeRuns, models, lastActivity } = props;
  const formats = useDashboard().formats.value;
  const element = useHighlight<HTMLLIElement>(project, project.sync_seq);
  const counted = (n: number, one: string, many: string): string =>
    `${formats.number(n)} ${n === 1 ? one : many}`;
  return (
    <li
      class={`row project ${project.status === 'archived' ? 'dim' : ''}`}
      data-id={project.id}
      tabIndex={-1}
      ref={element}
    >
      <ProjectDot color={project.color} />
      <span class="project-text">
        <span class="project-name">
          <span class="ellipsis strong" title={clip(project.description ?? project.name)}>
            {clip(project.name)}
          </span>
          {project.status === 'active' ? null : <span class="chip">{plain(project.status)}</span>}
        </span>
        <span class="muted ellipsis num">
          {counted(runs, 'run', 'runs')}
          {activeRuns > 0 ? ` (${formats.number(activeRuns)} active)` : ''} ·{' '}
          {counted(models, 'model', 'models')}
        </span>
      </span>
      <span class="muted project-age" title="Last activity">
        <RelativeTime at={lastActivity} />
      </span>
    </li>
  );
});
