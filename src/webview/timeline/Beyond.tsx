import type { JSX } from 'preact';
import { t } from '../../shared/l10n.ts';
import { Icon } from '../components/Icon.tsx';
import { useDashboard } from '../context.ts';

/** The end of the list: the way further back, how that goes, or that there is nothing more. */
export function Beyond(): JSX.Element | null {
  const { timeline, actions } = useDashboard();
  const beyond = timeline.beyond.value;
  if (!beyond) return null;
  const { kind } = beyond;
  const isWaiting = kind === 'waiting';
  return (
    <div class="beyond muted" data-beyond={kind}>
      <span role="status">
        {kind === 'problem' ? beyond.words : null}
        {kind === 'end' ? t('That is all.') : null}
        {kind === 'full' ? t('These are as many entries as fit. Narrow the filter to see older ones.') : null}
        {isWaiting ? <span class="visually-hidden">{t('Loading older entries')}</span> : null}
      </span>{' '}
      {kind === 'end' || kind === 'full' ? null : (
        <button
          type="button"
          class="button link show-more"
          aria-disabled={isWaiting ? 'true' : undefined}
          onClick={actions.showOlder}
        >
          {isWaiting ? <Icon name="refresh" class="spin" /> : null}
          {kind === 'problem' ? t('Try again') : isWaiting ? t('Loading older entries…') : t('Show older')}
        </button>
      )}
    </div>
  );
}
