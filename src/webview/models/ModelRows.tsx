import type { JSX } from 'preact';
import { t } from '../../shared/l10n.ts';
import type { ModelRow, ProjectRow } from '../../shared/model.ts';
import { memo } from '../components/memo.ts';
import { useDashboard } from '../context.ts';
import { ModelDetails } from './ModelDetails.tsx';
import { ModelLine } from './ModelLine.tsx';
import { groupKey, type ModelGroup } from './modelGroups.ts';

/** Versions of an open group that are drawn at first, and with each click. */
const versionStep = 20;

interface Props {
  readonly group: ModelGroup;
  /** Of its newest version. */
  readonly project: ProjectRow | null;
  /** Ids of its rows that are open, as one text that is the same while they are. */
  readonly open: string;
}

/** A name with its versions; a name of one version is that version. Draws again only when it has changed. */
export const ModelRows = memo(function ModelGroupView({ group, project, open }: Props): JSX.Element {
  const { versions, total } = group;
  const [newest] = versions;
  if (total === 1) return <ModelVersion model={newest} project={project} open={open !== ''} solo />;
  return <ModelFamily group={group} project={project} open={open} />;
});

/** Which rows of a group are open; an open version opens its group, so that a second version closes nothing. */
export function openOf(group: ModelGroup, open: ReadonlySet<string>): string {
  return open.size === 0
    ? ''
    : [groupKey(group.name), ...group.versions.map(({ id }) => id)].filter((id) => open.has(id)).join('\n');
}

function ModelFamily({ group, project, open }: Props): JSX.Element {
  const { actions } = useDashboard();
  const { name, versions, total } = group;
  const [newest] = versions;
  const isOpen = open !== '';
  const ids = versions.map(({ id }) => id);
  return (
    <li class="row model" data-model={groupKey(name)}>
      <ModelLine
        model={newest}
        project={project}
        open={isOpen}
        versions={{ shown: versions.length, total }}
        onToggle={() => actions.setOpen(!isOpen, groupKey(name), ids)}
      />
      {isOpen ? <Versions group={group} open={open} /> : null}
    </li>
  );
}

function Versions({ group, open }: { readonly group: ModelGroup; readonly open: string }): JSX.Element {
  const { store, models, actions, formats } = useDashboard();
  const { name, versions } = group;
  const projects = store.tables.projects.value;
  const opened = new Set(open.split('\n'));
  const drawn = Math.max(versionStep, models.drawn.value.get(groupKey(name)) ?? 0);
  const rest = versions.length - drawn;
  return (
    <>
      <ul class="versions">
        {versions.slice(0, drawn).map((model) => (
          <ModelVersion
            key={model.id}
            model={model}
            project={projects.get(model.project_id ?? '') ?? null}
            open={opened.has(model.id)}
            solo={false}
          />
        ))}
      </ul>
      {rest > 0 ? (
        <button
          type="button"
          class="button link show-more"
          onClick={() => actions.showVersions(name, drawn + versionStep)}
        >
          {t(
            'Show more versions ({0} of {1})',
            formats.number(Math.min(versionStep, rest)),
            formats.number(rest),
          )}
        </button>
      ) : null}
    </>
  );
}

interface VersionProps {
  readonly model: ModelRow;
  readonly project: ProjectRow | null;
  readonly open: boolean;
  /** It stands for its name, not below it. */
  readonly solo: boolean;
}

/** One version, and what it says beyond its line once it is open. */
const ModelVersion = memo(function ModelRowView({ model, project, open, solo }: VersionProps): JSX.Element {
  const { actions } = useDashboard();
  return (
    <li class={solo ? 'row model' : 'model version'} data-id={model.id}>
      <ModelLine
        model={model}
        project={project}
        open={open}
        versions={solo ? null : 'one'}
        onToggle={() => actions.toggleOpen(model.id)}
      />
      {open ? <ModelDetails model={model} project={project} /> : null}
    </li>
  );
});
