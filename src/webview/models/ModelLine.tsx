import type { JSX } from 'preact';
import { clip, shownName, titleOf } from '../../shared/format.ts';
import { plural } from '../../shared/l10n.ts';
import type { ModelRow, ProjectRow } from '../../shared/model.ts';
import { statusName } from '../../shared/names.ts';
import { Icon } from '../components/Icon.tsx';
import { MetricList } from '../components/Metrics.tsx';
import { ProjectLabel } from '../components/ProjectLabel.tsx';
import { RelativeTime } from '../components/RelativeTime.tsx';
import { useHighlight } from '../components/useHighlight.ts';
import { useDashboard } from '../context.ts';
import { modelTitle, modelTone, sortMetric } from './words.ts';

const maxTags = 4;

interface Props {
  readonly model: ModelRow;
  readonly project: ProjectRow | null;
  readonly open: boolean;
  /** How many versions it is the newest of; `one` of those below a name, null when it stands alone. */
  readonly versions: { readonly shown: number; readonly total: number } | 'one' | null;
  readonly onToggle: () => void;
}

/** A version, or a name as its newest version, in one line that opens. */
export function ModelLine({ model, project, open, versions, onToggle }: Props): JSX.Element {
  const { formats, models } = useDashboard();
  const element = useHighlight<HTMLButtonElement>(model, model.sync_seq);
  const isGroup = versions !== null && versions !== 'one';
  return (
    <button
      type="button"
      class="row-main model-grid"
      aria-expanded={open}
      title={titleOf(modelTitle(model), model.description)}
      ref={element}
      onClick={onToggle}
    >
      <Icon name="chevron" class={`twistie ${open ? 'open' : ''}`} />
      <span class="model-name">
        {versions === 'one' ? null : <span class="ellipsis strong">{shownName(model.name)}</span>}{' '}
        <span class={`num ellipsis ${versions === 'one' ? '' : 'muted'}`}>
          {versions === 'one' ? shownName(model.version) : clip(model.version)}
        </span>{' '}
        {isGroup ? <VersionCount {...versions} /> : null}
        {model.tags.slice(0, maxTags).map((tag) => (
          <span class="chip" key={tag}>
            {clip(tag)}
          </span>
        ))}
        {project && versions !== 'one' ? <ProjectLabel name={project.name} color={project.color} /> : null}
      </span>{' '}
      <span class={`status tone-${modelTone(model.status)}`}>
        <span class="ellipsis">{statusName(model.status)}</span>
      </span>{' '}
      <span class="model-base ellipsis muted">{clip(model.base_model ?? '')}</span>{' '}
      <span class="model-metrics">
        <MetricList metrics={model.metrics} max={2} first={sortMetric(models.sort.value)} />
      </span>{' '}
      <span class="num model-size">{model.size_bytes === null ? '' : formats.bytes(model.size_bytes)}</span>{' '}
      <span class="model-age">
        <RelativeTime at={Date.parse(model.created_at)} />
      </span>
    </button>
  );
}

function VersionCount({ shown, total }: { readonly shown: number; readonly total: number }): JSX.Element {
  const formats = useDashboard().formats;
  const all = formats.number(total);
  return (
    <span class="chip num">
      {shown === total
        ? plural(total, '{0} version', '{0} versions', all)
        : plural(total, '{0} of {1} version', '{0} of {1} versions', formats.number(shown), all)}
    </span>
  );
}
