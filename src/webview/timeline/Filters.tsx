import type { JSX } from 'preact';
import { t } from '../../shared/l10n.ts';
import { Icon } from '../components/Icon.tsx';
import { useDashboard } from '../context.ts';
import { timelineKinds } from './filter.ts';
import { kindName } from './words.ts';

/** Which kind of entries is shown, and the way back to all; the project is chosen for the whole page. */
export function Filters(): JSX.Element {
  const { ui, timeline, actions } = useDashboard();
  const chosen = ui.timelineKind.value;
  const kinds = timeline.kinds.value;
  return (
    <div class="filters">
      <select
        class={`select ${chosen === null ? '' : 'on'}`}
        data-filter="kind"
        aria-label={t('Kind of activity')}
        title={t('Kind of activity')}
        value={chosen ?? ''}
        onChange={({ currentTarget: { value } }) =>
          actions.filterKind(timelineKinds.find((kind) => kind === value) ?? null)
        }
      >
        <option value="">{t('All kinds')}</option>
        {timelineKinds
          .filter((kind) => kinds.includes(kind) || kind === chosen)
          .map((kind) => (
            <option key={kind} value={kind}>
              {kindName(kind)}
            </option>
          ))}
      </select>
      {chosen === null ? null : (
        <button
          type="button"
          class="button icon"
          data-clear
          aria-label={t('Show all kinds')}
          title={t('Show all kinds')}
          onClick={() => actions.filterKind(null)}
        >
          <Icon name="close" />
        </button>
      )}
    </div>
  );
}
