import type { JSX } from 'preact';
import { clip } from '../../shared/format.ts';
import { lookup } from '../../shared/lookup.ts';
import type { ModelRow as Model, ProjectRow } from '../../shared/model.ts';
import { plain } from '../../shared/names.ts';
import { MetricList } from '../components/Metrics.tsx';
import { memo } from '../components/memo.ts';
import { SectionBody } from '../components/Placeholder.tsx';
import { ProjectLabel } from '../components/ProjectLabel.tsx';
import { RelativeTime } from '../components/RelativeTime.tsx';
import { Section } from '../components/Section.tsx';
import { useHighlight } from '../components/useHighlight.ts';
import { Windowed } from '../components/Windowed.tsx';
import { useDashboard } from '../context.ts';

export function Models(): JSX.Element {
  const { store, views } = useDashboard();
  const models = views.models.value;
  const projects = store.tables.projects.value;
  return (
    <Section name="models" title="Models" count={models.length}>
      <SectionBody
        what="models"
        rows={4}
        isEmpty={models.length === 0}
        empty={
          <>
            Model versions appear here with their metrics and size. Insert a row into <code>models</code> when
            a run has produced one.
          </>
        }
      >
        {() => (
          <Windowed items={models} first={12} step={50} name="models" what="models">
            {(shown) => (
              <ul class="rows">
                {shown.map((model) => (
                  <ModelRow
                    key={model.id}
                    model={model}
                    project={projects.get(model.project_id ?? '') ?? null}
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

const tones: Readonly<Record<string, string>> = {
  draft: 'quiet',
  training: 'accent',
  ready: 'good',
  deployed: 'good',
  archived: 'quiet',
  failed: 'bad',
};
const maxTags = 4;

const ModelRow = memo(function ModelRowView(props: {
  model: Model;
  project: ProjectRow | null;
}): JSX.Element {
  const formats = useDashboard().formats.value;
  const { model, project } = props;
  const element = useHighlight<HTMLLIElement>(model, model.sync_seq);
  return (
    <li class="row model model-grid" data-id={model.id} ref={element}>
      <span class="model-name" title={clip(model.description ?? `${model.name} ${model.version}`)}>
        <span class="ellipsis strong">{clip(model.name)}</span>
        <span class="muted num ellipsis">{clip(model.version)}</span>
        {model.tags.slice(0, maxTags).map((tag) => (
          <span class="chip" key={tag}>
            {clip(tag)}
          </span>
        ))}
        {project ? <ProjectLabel name={project.name} color={project.color} /> : null}
      </span>
      <span class={`status tone-${lookup(tones, model.status) ?? 'quiet'}`}>
        <span class="ellipsis">{plain(model.status)}</span>
      </span>
      <span
        class="model-base ellipsis muted"
        title={model.base_model ? clip(`Based on ${model.base_model}`) : undefined}
      >
        {clip(model.base_model ?? '')}
      </span>
      <span class="model-metrics">
        <MetricList metrics={model.metrics} max={2} />
      </span>
      <span class="num model-size">{model.size_bytes === null ? '' : formats.bytes(model.size_bytes)}</span>
      <span class="model-age">
        <RelativeTime at={Date.parse(model.created_at)} />
      </span>
    </li>
  );
});
