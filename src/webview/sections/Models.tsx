import type { ComponentChildren, JSX } from 'preact';
import { rich, t } from '../../shared/l10n.ts';
import { EmptyProject, LogRunButton, SectionBody } from '../components/Placeholder.tsx';
import { Section } from '../components/Section.tsx';
import { Windowed } from '../components/Windowed.tsx';
import { useDashboard } from '../context.ts';
import { ModelRows, openOf } from '../models/ModelRows.tsx';
import { ModelTools } from '../models/ModelTools.tsx';
import { OlderModels } from '../models/OlderModels.tsx';

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
          <OlderModels />
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
          <OlderModels />
        </>
      )}
    </SectionBody>
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
