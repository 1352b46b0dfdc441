import type { ComponentChildren, JSX } from 'preact';
import { clip, shownName } from '../../shared/format.ts';
import { t } from '../../shared/l10n.ts';
import type { ModelRow, ProjectRow } from '../../shared/model.ts';
import { numericMetrics } from '../../shared/runs.ts';
import { Fact } from '../components/Fact.tsx';
import { ProjectLabel } from '../components/ProjectLabel.tsx';
import { ScrollArea } from '../components/ScrollArea.tsx';
import { useDashboard } from '../context.ts';
import { baseOf } from './modelGroups.ts';
import { modelTitle } from './words.ts';

const maxMetrics = 40;
const maxTags = 50;
const maxDescription = 2_000;

/** What an open version says beyond its line: all of its metrics, and where it comes from. */
export function ModelDetails({
  model,
  project,
}: {
  readonly model: ModelRow;
  readonly project: ProjectRow | null;
}): JSX.Element {
  const formats = useDashboard().formats;
  const metrics = numericMetrics(model.metrics);
  return (
    <div class="model-details">
      {model.description ? (
        <ScrollArea class="model-text" aria-label={shownName(model.name)}>
          {clip(model.description, maxDescription)}
        </ScrollArea>
      ) : null}
      <dl class="facts model-facts">
        {metrics.slice(0, maxMetrics).map(({ name, value }) => (
          <Fact key={name} name={clip(name, 80)}>
            <span class="num">{formats.metric(value)}</span>
          </Fact>
        ))}
        <Fact name={t('Run')}>
          <RunLink id={model.run_id} />
        </Fact>
        <Fact name={t('Base model')}>
          <BaseLink model={model} />
        </Fact>
        {project ? (
          <Fact name={t('Project')}>
            <ProjectLabel name={project.name} color={project.color} />
          </Fact>
        ) : null}
        <Fact name={t('Size')}>
          <span class="num">{model.size_bytes === null ? '–' : formats.bytes(model.size_bytes)}</span>
        </Fact>
        {model.tags.length > 0 ? (
          <Fact name={t('Tags')}>{clip(model.tags.slice(0, maxTags).join(', '), 1_000)}</Fact>
        ) : null}
        <Fact name={t('Created')}>
          <span class="num">{formats.dateTime(Date.parse(model.created_at))}</span>
        </Fact>
        <Fact name={t('Id')}>
          <code>{model.id}</code>
        </Fact>
      </dl>
    </div>
  );
}

/** Leads to the run that made a model, if it is among those that are held. */
function RunLink({ id }: { readonly id: string | null }): ComponentChildren {
  const { store, actions } = useDashboard();
  if (id === null) return '–';
  const run = store.tables.training_runs.value.get(id);
  if (!run) return <code title={t('This run is not among those held here.')}>{id}</code>;
  const name = shownName(run.name, 200);
  return (
    <button
      type="button"
      class="button link wrap"
      data-run={id}
      title={t('Show the run {0}', name)}
      onClick={() => actions.showSheet({ kind: 'run', id })}
    >
      {name}
    </button>
  );
}

/** Leads to the base model when it is one of ours; any other is named. */
function BaseLink({ model }: { readonly model: ModelRow }): ComponentChildren {
  const { models, actions } = useDashboard();
  const text = shownName(model.base_model ?? '', 200);
  const base = baseOf(model, models.byName.value);
  if (!base) return text;
  return (
    <button
      type="button"
      class="button link wrap"
      data-base={base.id}
      title={t('Show the model {0}', modelTitle(base))}
      onClick={() => actions.revealModel(base.id)}
    >
      {text}
    </button>
  );
}
