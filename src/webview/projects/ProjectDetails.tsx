import type { JSX } from 'preact';
import { clip } from '../../shared/format.ts';
import { t } from '../../shared/l10n.ts';
import type { ProjectRow } from '../../shared/model.ts';
import { ScrollArea } from '../components/ScrollArea.tsx';
import { useDashboard } from '../context.ts';
import { ProjectForm } from './LazyProjectForm.ts';

const maxDescription = 2_000;

/** What an open project says, and what can be done with it. */
export function ProjectDetails({ project }: { readonly project: ProjectRow }): JSX.Element {
  const { edits } = useDashboard();
  const { id, name, description } = project;
  const draft = edits.draft.value;
  const isEdited = draft?.id === id;
  const { blocked } = edits;
  return (
    <div class="project-details">
      {description ? (
        <ScrollArea class="project-description" aria-label={clip(name)}>
          {clip(description, maxDescription)}
        </ScrollArea>
      ) : (
        <p class="muted">{t('No description.')}</p>
      )}
      <div class="project-buttons">
        <button
          type="button"
          class="button secondary"
          data-edit={id}
          aria-expanded={isEdited}
          aria-disabled={blocked ? 'true' : undefined}
          title={blocked ?? undefined}
          onClick={() => {
            if (isEdited) edits.cancel();
            else if (blocked === null) edits.openEdit(project);
          }}
        >
          {t('Edit')}
        </button>
        <Status project={project} blocked={blocked} />
      </div>
      {blocked && !isEdited ? <p class="muted">{blocked}</p> : null}
      {isEdited ? <ProjectForm draft={draft} /> : null}
    </div>
  );
}

/** Archives and restores; the row says so only once the database does. */
function Status(props: { readonly project: ProjectRow; readonly blocked: string | null }): JSX.Element {
  const { edits } = useDashboard();
  const { project, blocked } = props;
  const { id, status } = project;
  const isArchived = status === 'archived';
  const standing = edits.standings.value.get(id);
  const isBusy = standing?.kind === 'saving' || standing?.kind === 'saved';
  return (
    <>
      <button
        type="button"
        class="button secondary"
        data-archive={id}
        aria-disabled={isBusy || blocked ? 'true' : undefined}
        title={blocked ?? undefined}
        onClick={() => {
          if (!isBusy && blocked === null) edits.setStatus(id, isArchived ? 'active' : 'archived');
        }}
      >
        {isArchived ? t('Restore') : t('Archive')}
      </button>
      <span role="status" class="muted">
        {standing?.kind === 'saving' ? t('Saving…') : null}
        {standing?.kind === 'saved' ? t('Saved, waiting for sync…') : null}
      </span>
      {standing?.kind === 'problem' ? (
        <p class="problem" role="alert">
          {standing.words}
        </p>
      ) : null}
    </>
  );
}
