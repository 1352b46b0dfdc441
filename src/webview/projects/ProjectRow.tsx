import type { JSX } from 'preact';
import { useLayoutEffect } from 'preact/hooks';
import { type Formats, shownName, titleOf } from '../../shared/format.ts';
import { plural, t } from '../../shared/l10n.ts';
import type { ProjectRow as Project } from '../../shared/model.ts';
import { statusName } from '../../shared/names.ts';
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
  const { project, models, lastActivity, open, chosen } = props;
  const { formats, views, actions } = useDashboard();
  const element = useHighlight<HTMLDivElement>(project, project.sync_seq);
  useLayoutEffect(() => () => leaveFocus(element.current), []);
  const name = shownName(project.name, 200);
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
              {shownStatus(project.status) ? <span class="chip">{statusName(project.status)}</span> : null}
            </span>{' '}
            <span class="muted ellipsis num">
              {runsWords(props, views.olderRuns.value, formats)} ·{' '}
              {modelsWords(models, views.modelsFrom.value !== null, formats)}
            </span>
          </span>{' '}
          <span class="muted project-age" title={t('Last activity')}>
            <RelativeTime at={lastActivity} />
          </span>
        </button>
        <button
          type="button"
          class="button icon"
          data-only={project.id}
          aria-pressed={chosen}
          aria-label={t('Show only {0}', name)}
          title={chosen ? t('Show all projects') : t('Show only {0}', name)}
          onClick={() => actions.chooseProject(chosen ? null : project.id)}
        >
          <Icon name="filter" />
        </button>
      </div>
      {open ? <ProjectDetails project={project} /> : null}
    </li>
  );
});

/** How many there are; at least so many while there are older ones than are held. */
function runsWords({ runs, activeRuns }: Props, hasOlder: boolean, formats: Formats): string {
  const [n, active] = [formats.number(runs), formats.number(activeRuns)];
  if (hasOlder && activeRuns > 0) return t('{0}+ runs ({1} active)', n, active);
  if (hasOlder) return t('{0}+ runs', n);
  return activeRuns > 0
    ? plural(runs, '{0} run ({1} active)', '{0} runs ({1} active)', n, active)
    : plural(runs, '{0} run', '{0} runs', n);
}

function modelsWords(models: number, hasOlder: boolean, formats: Formats): string {
  const n = formats.number(models);
  return hasOlder ? t('{0}+ models', n) : plural(models, '{0} model', '{0} models', n);
}

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
