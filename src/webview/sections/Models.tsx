import type { ComponentChildren, JSX } from 'preact';
import { rich, t } from '../../shared/l10n.ts';
import { EmptyProject, LogRunButton, SectionBody } from '../components/Placeholder.tsx';
import { Section } from '../components/Section.tsx';
import { Windowed } from '../components/Windowed.tsx';
import { useDashboard } from '../context.ts';
import { ModelRows, openOf } from '../models/ModelRows.tsx';
import { ModelTools } from '../models/ModelTools.tsx';

/** Model versions, grouped by name. */
export function Models(): JSX.Element {
  const { models } = useDashboard();
  return (
    <Section name="models" title={t('Models')} count={models.names.value} tools={<ModelTools />}>
      <Body />
    </Section>
  );
}

function Body(): JSX.Element {
  const { models, store, ui } = useDashboard();
  const groups = models.groups.value;
  const projects = store.tables.projects.value;
  // Of one project alone, its name beside each row says nothing.
  const isChosen = ui.project.value !== null;
  const open = ui.open.value;
  return (
    <SectionBody
      rows={4}
      isEmpty={groups.length === 0}
      empty={
        <>
          <NoModels />
          <Older />
        </>
      }
    >
      {() => (
        <>
          <Windowed items={groups} first={12} step={50} name="models">
            {(shown) => (
              <ul class="rows">
                {shown.map((group) => (
                  <ModelRows
                    key={group.name}
                    group={group}
                    project={isChosen ? null : (projects.get(group.versions[0].project_id ?? '') ?? null)}
                    open={openOf(group, open)}
                  />
                ))}
              </ul>
            )}
          </Windowed>
          <Older />
        </>
      )}
    </SectionBody>
  );
}

/** Says that there are more models than are held, which alone are searched, sorted and counted. */
function Older(): JSX.Element | null {
  const { views, formats } = useDashboard();
  const from = views.modelsFrom.value;
  return from === null ? null : (
    <p class="muted" data-older-models>
      {t('Models made before {0} are not listed here.', formats.dateTime(Date.parse(from)))}
    </p>
  );
}

function NoModels(): ComponentChildren {
  const { models, ui, actions } = useDashboard();
  if (models.models.value.length > 0) {
    return (
      <>
        {t('No model matches.')}{' '}
        <button type="button" class="button link" onClick={actions.clearModelFilter}>
          {t('Show all models')}
        </button>
      </>
    );
  }
  if (ui.project.value !== null) return <EmptyProject words={(project) => t('No models in {0}.', project)} />;
  return (
    <>
      {rich(
        'Model versions appear here with their metrics and size. Insert a row into {0} when a run has produced one.',
        <code>models</code>,
      )}{' '}
      <LogRunButton />
    </>
  );
}
