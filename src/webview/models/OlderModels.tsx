import type { JSX } from 'preact';
import { t } from '../../shared/l10n.ts';
import { useDashboard } from '../context.ts';
import { beyondWords } from './words.ts';

/** Says that there are more models than are known, which alone are searched, sorted and counted, and loads them. */
export function OlderModels(): JSX.Element | null {
  const { models, formats } = useDashboard();
  const beyond = models.older.beyond.value;
  if (!beyond) return null;
  const { kind } = beyond;
  return (
    <p class="muted" data-older-models={kind}>
      <span role="status">{beyondWords(beyond, formats)}</span>{' '}
      {kind === 'end' || kind === 'full' ? null : (
        <button
          type="button"
          class="button link"
          aria-disabled={kind === 'waiting' ? 'true' : undefined}
          onClick={() => models.older.ask()}
        >
          {kind === 'problem' ? t('Try again') : t('Load older models')}
        </button>
      )}
    </p>
  );
}
