import type { JSX } from 'preact';
import { shownName } from '../../shared/format.ts';
import { t } from '../../shared/l10n.ts';
import { Icon } from '../components/Icon.tsx';
import { ProjectDot } from '../components/ProjectLabel.tsx';
import { useDashboard } from '../context.ts';
import type { ProjectOption } from '../state/views.ts';

/** The one project that every section shows, or all of them: a list in the header, and the way back to all. */
export function ProjectChooser(): JSX.Element | null {
  const { views, actions } = useDashboard();
  const options = views.projectOptions.value;
  const chosen = views.chosen.value;
  if (options.length === 0 && !chosen) return null;
  const active = options.filter(({ archived }) => !archived);
  const archived = options.filter((option) => option.archived);
  return (
    <span class={`project-chooser ${chosen ? 'on' : ''}`} data-project-chip={chosen ? '' : undefined}>
      {chosen ? (
        <>
          <ProjectDot color={chosen.color} />
          <span class="project-chooser-label">{t('Project:')}</span>
        </>
      ) : null}
      <select
        class={`select ${chosen ? 'on' : ''}`}
        data-filter="project"
        aria-label={t('Project that all sections show')}
        title={chosen ? chosen.name : t('Show one project only')}
        value={chosen?.id ?? ''}
        onChange={({ currentTarget }) => actions.chooseProject(currentTarget.value || null)}
      >
        <option value="">{t('All projects')}</option>
        {chosen?.known === false ? <option value={chosen.id}>{chosen.name}</option> : null}
        {active.map(toOption)}
        {archived.length > 0 ? <optgroup label={t('Archived')}>{archived.map(toOption)}</optgroup> : null}
      </select>
      {chosen ? (
        <button
          type="button"
          class="button icon"
          data-all-projects
          aria-label={t('Show all projects')}
          title={t('Show all projects')}
          onClick={({ currentTarget }) => {
            // The button goes; the list beside it stays.
            currentTarget.parentElement?.querySelector('select')?.focus();
            actions.chooseProject(null);
          }}
        >
          <Icon name="close" />
        </button>
      ) : null}
    </span>
  );
}

function toOption({ id, name }: ProjectOption): JSX.Element {
  return (
    <option key={id} value={id}>
      {shownName(name, 60)}
    </option>
  );
}
