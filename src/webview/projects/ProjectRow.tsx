import type { JSX } from 'preact';
import { useLayoutEffect } from 'preact/hooks';
import { clip, titleOf } from '../../shared/format.ts';
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
  const { formats, views, actions } = useDashboard();
  const element = useHighlight<HTMLDivElement>(project, project.sync_seq);
  useLayoutEffect(() => () => leaveFocus(element.current), []);
  // Of more rows than are held the count is a least one.
  const counted = (n: number, more: boolean, noun: string): string =>
    `${formats.number(n)}${more ? '+' : ''} ${noun}${n === 1 && !more ? '' : 's'}`;
  const name = clip(project.name, 200).trim() || '–';
  return (
    <li class={`row project ${project.status === 'archived' ? 'dim' : ''}`} data-id={project.id}>
      <div class={`project-line ${chosen ? 'chosen' : ''}`} ref={element}>
        <button
          type="button"
          class="row-main project-main"
          aria-expanded={open}
          title={titleOf(name, project.description)}
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
              {counted(runs, views.olderRuns.value, 'run')}
              {activeRuns > 0 ? ` (${formats.number(activeRuns)} active)` : ''} ·{' '}
              {counted(models, views.modelsFrom.value !== null, 'model')}
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

/** A row that goes with the focus inside, to the archive or for ever, hands it to the one beside it. */
function leaveFocus(line: HTMLElement | null): void {
  const row = line?.closest('li');
  if (!row?.contains(document.activeElement)) return;
  const beside = row.nextElementSibling ?? row.previousElementSibling ?? row.closest('section');
  beside?.querySelector('button')?.focus();
}

/** The usual one goes without saying, and archived ones stand in a group of that name. */
function shownStatus(status: string): boolean {
  return status !== 'active' && status !== 'archived';
}
