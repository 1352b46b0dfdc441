// biome-ignore-all lint/a11y/useSemanticElements: the list is a grid of `div`s that keeps the focus itself
// biome-ignore-all lint/a11y/useKeyWithClickEvents: the list is a grid of `div`s that keeps the focus itself
// biome-ignore-all lint/a11y/useFocusableInteractive: the list is a grid of `div`s that keeps the focus itself

import type { JSX } from 'preact';
import { shownName } from '../../shared/format.ts';
import { t } from '../../shared/l10n.ts';
import { Icon } from '../components/Icon.tsx';
import { memo } from '../components/memo.ts';
import { ProjectDot } from '../components/ProjectLabel.tsx';
import { useDashboard } from '../context.ts';
import type { RunGroup } from './arrange.ts';
import { countWords } from './words.ts';

interface Props {
  readonly group: RunGroup;
  readonly active: boolean;
  readonly domId: string;
  readonly rowIndex: number;
  /** Columns that it spans. */
  readonly span: number;
}

/** The heading of a project's runs; a click or Enter closes and opens it. */
export const GroupRow = memo(function GroupRowView(props: Props): JSX.Element {
  const { group, active, domId, rowIndex, span } = props;
  const { runs, formats } = useDashboard();
  const name = group.project ? shownName(group.project.name, 200) : t('No project');
  return (
    <div
      role="row"
      tabIndex={-1}
      id={domId}
      class={`row run-row run-group ${active ? 'active' : ''}`}
      data-row
      data-id={group.id}
      aria-rowindex={rowIndex}
      aria-level={1}
      aria-expanded={group.open}
      onClick={() => runs.toggleGroup(group.id)}
    >
      <span role="gridcell" class="cell group-name" aria-colspan={span}>
        <Icon name="chevron" class={`twistie ${group.open ? 'open' : ''}`} />
        <ProjectDot color={group.project?.color ?? null} />
        <span class="ellipsis strong">{name}</span>
        <span class="muted num">{countWords(group.count, group.active, formats)}</span>
      </span>
    </div>
  );
});
