import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { rich, t } from '../../shared/l10n.ts';
import { ExportButton } from '../components/ExportButton.tsx';
import { Icon } from '../components/Icon.tsx';
import { SectionBody } from '../components/Placeholder.tsx';
import { Section } from '../components/Section.tsx';
import { Windowed } from '../components/Windowed.tsx';
import { useDashboard } from '../context.ts';
import { projectColumns } from '../projects/columns.ts';
import { ProjectForm } from '../projects/LazyProjectForm.ts';
import { ProjectRow } from '../projects/ProjectRow.tsx';
import { blockedWords } from '../projects/words.ts';
import type { ProjectSummary } from '../state/views.ts';

/** Projects: what belongs to them, and the choice of the one that every section shows. */
export function Projects(): JSX.Element {
  const { views, store } = useDashboard();
  const hasTools = views.availability.value === 'ready';
  // Loaded ahead, it takes what is typed right after it was opened.
  useEffect(ProjectForm.prepare, []);
  return (
    <Section
      name="projects"
      title={t('Projects')}
      count={store.tables.projects.value.size}
      tools={hasTools ? <Tools /> : null}
    >
      <New />
      <Body />
    </Section>
  );
}

function Tools(): JSX.Element {
  const { views, store } = useDashboard();
  return (
    <>
      <NewButton />
      {store.tables.projects.value.size > 0 ? (
        <ExportButton
          what="projects"
          label={t('Export projects as CSV')}
          rows={() => views.projects.peek()}
          columns={() => projectColumns}
        />
      ) : null}
    </>
  );
}

function NewButton(): JSX.Element {
  const { edits, store } = useDashboard();
  const blocked = blockedWords(store.status.value);
  const isOpen = edits.draft.value?.id === null;
  return (
    <button
      type="button"
      class="button icon"
      data-new-project
      aria-label={t('New project')}
      title={blocked ?? t('New project')}
      aria-expanded={isOpen}
      aria-disabled={blocked ? 'true' : undefined}
      onClick={() => {
        if (isOpen) edits.cancel();
        else if (blocked === null) edits.openNew();
      }}
    >
      <Icon name="add" />
    </button>
  );
}

function New(): JSX.Element | null {
  const { edits, views } = useDashboard();
  const draft = edits.draft.value;
  if (draft?.id !== null || views.availability.value !== 'ready') return null;
  return <ProjectForm draft={draft} />;
}

function Body(): JSX.Element {
  const { views, edits } = useDashboard();
  const projects = views.projects.value;
  const current = projects.filter(({ project }) => project.status !== 'archived');
  const archived = projects.filter(({ project }) => project.status === 'archived');
  return (
    <SectionBody rows={4} isEmpty={projects.length === 0} empty={<NoProjects />}>
      {() => (
        <>
          <Windowed items={current} first={12} step={50} name="projects">
            {(shown) => <Rows projects={shown} />}
          </Windowed>
          {archived.length > 0 ? <Archive projects={archived} open={edits.archiveShown.value} /> : null}
        </>
      )}
    </SectionBody>
  );
}

function NoProjects(): JSX.Element {
  const { edits, store } = useDashboard();
  const blocked = blockedWords(store.status.value);
  return (
    <>
      <p>{t('Projects group runs, models and usage, and every section can show one of them alone.')}</p>
      {edits.draft.value === null ? (
        <p>
          <button
            type="button"
            class="button secondary"
            aria-disabled={blocked ? 'true' : undefined}
            title={blocked ?? undefined}
            onClick={() => {
              if (blocked === null) edits.openNew();
            }}
          >
            {t('New project')}
          </button>
        </p>
      ) : null}
    </>
  );
}

function Rows({ projects }: { readonly projects: readonly ProjectSummary[] }): JSX.Element {
  const { ui } = useDashboard();
  const open = ui.open.value;
  const chosen = ui.project.value;
  return (
    <ul class="rows">
      {projects.map((summary) => (
        <ProjectRow
          key={summary.project.id}
          {...summary}
          open={open.has(summary.project.id)}
          chosen={summary.project.id === chosen}
        />
      ))}
    </ul>
  );
}

/** Archived projects in a group of their own, closed at first. */
function Archive(props: {
  readonly projects: readonly ProjectSummary[];
  readonly open: boolean;
}): JSX.Element {
  const { edits, formats } = useDashboard();
  const { projects, open } = props;
  return (
    <>
      <button
        type="button"
        class="row-main archive"
        data-archived
        aria-expanded={open}
        onClick={() => {
          edits.archiveShown.value = !open;
        }}
      >
        <Icon name="chevron" class={`twistie ${open ? 'open' : ''}`} />
        <span>{rich('Archived {0}', <span class="num">({formats.number(projects.length)})</span>)}</span>
      </button>
      {open ? <Rows projects={projects} /> : null}
    </>
  );
}
