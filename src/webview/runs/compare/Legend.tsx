import { computed } from '@preact/signals';
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { shownName } from '../../../shared/format.ts';
import { t } from '../../../shared/l10n.ts';
import { runState } from '../../../shared/runs.ts';
import { Swatch } from '../../charts/ChartLegend.tsx';
import { Icon } from '../../components/Icon.tsx';
import { RunStatus } from '../../components/RunStatus.tsx';
import { useDashboard } from '../../context.ts';
import type { Compared } from './runsCompared.ts';
import { goneWords, unknownRun } from './words.ts';

interface Props {
  readonly runs: readonly Compared[];
  readonly hidden: readonly string[];
  readonly onRemove: (id: string) => void;
}

/** Which line is which run: each can be hidden from the charts and taken out of the comparison. */
export function Legend({ runs, hidden, onRemove }: Props): JSX.Element {
  return (
    <ul class="compare-legend" aria-label={t('Compared runs')}>
      {runs.map((run) => (
        <Entry key={run.id} run={run} hidden={hidden.includes(run.id)} onRemove={onRemove} />
      ))}
    </ul>
  );
}

interface EntryProps {
  readonly run: Compared;
  readonly hidden: boolean;
  readonly onRemove: (id: string) => void;
}

function Entry({ run: { id, place, row, presence }, hidden, onRemove }: EntryProps): JSX.Element {
  const { clock, runs, runSheets } = useDashboard();
  const state = useMemo(
    () => computed(() => row && runState(row, clock.now.value, runs.silence.value)),
    [row],
  ).value;
  const name = row ? shownName(row.name, 200) : unknownRun(id);
  const toggle = (): void => {
    const others = runSheets.hidden.peek().filter((other) => other !== id);
    runSheets.hidden.value = hidden ? others : [...others, id];
  };
  return (
    <li class={hidden ? 'compare-run hidden-run' : 'compare-run'} data-run={id}>
      <button
        type="button"
        class="legend-entry"
        aria-pressed={!hidden}
        title={hidden ? t('Show the curves of {0}', name) : t('Hide the curves of {0}', name)}
        onClick={toggle}
      >
        <Swatch mark="line" color={null} place={place} />
        <span class="ellipsis">{name}</span>
      </button>
      {presence === 'here' && row && state ? (
        <RunStatus state={state} status={row.status} />
      ) : (
        <span class="status tone-quiet">
          <Icon name="slash" />
          <span>{presence === 'here' ? '' : goneWords(presence)}</span>
        </span>
      )}
      <button
        type="button"
        class="button icon"
        aria-label={t('Remove {0} from the comparison', name)}
        title={t('Remove from the comparison')}
        onClick={({ currentTarget }) => {
          const entry = currentTarget.closest('li');
          const next = entry?.nextElementSibling ?? entry?.previousElementSibling;
          onRemove(id);
          next?.querySelector<HTMLElement>('button:last-child')?.focus();
        }}
      >
        <Icon name="close" />
      </button>
    </li>
  );
}
