import type { JSX } from 'preact';
import { plural, t } from '../../../shared/l10n.ts';
import { CopyButton } from '../../components/CopyButton.tsx';
import { ScrollArea } from '../../components/ScrollArea.tsx';
import { useDashboard } from '../../context.ts';

/** A longer text is laid out in part: a megabyte takes the browser a second. */
const maxShown = 50_000;

/** The whole error of a run; a traceback keeps its lines and stands in the editor's font. */
export function RunError({ error }: { error: string }): JSX.Element {
  const formats = useDashboard().formats;
  const rest = error.length - maxShown;
  return (
    <section class="sheet-part" data-detail="error" aria-labelledby="run-error">
      <header class="sheet-part-header">
        <h3 id="run-error">{t('Error')}</h3>
        <CopyButton what="error" label={t('Copy the error')} text={() => error}>
          {t('Copy')}
        </CopyButton>
      </header>
      <ScrollArea
        class={error.includes('\n') ? 'error-text trace' : 'error-text'}
        aria-labelledby="run-error"
      >
        {error.slice(0, maxShown)}
      </ScrollArea>
      {rest > 0 ? (
        <p class="muted small">
          {plural(
            rest,
            '{0} more character is not shown; Copy takes all of them.',
            '{0} more characters are not shown; Copy takes all of them.',
            formats.number(rest),
          )}
        </p>
      ) : null}
    </section>
  );
}
