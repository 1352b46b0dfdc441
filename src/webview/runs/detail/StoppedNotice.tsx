import type { JSX } from 'preact';
import { t } from '../../../shared/l10n.ts';
import { canUpgrade } from '../../../shared/limits.ts';
import type { Stop } from '../../../shared/model.ts';
import { CommandButton } from '../../components/CommandButton.tsx';
import { useDashboard } from '../../context.ts';
import { stopWords } from '../../usage/limitWords.ts';
import { Notice } from './Notice.tsx';
import { stopAdvice } from './words.ts';

/** Which limit stopped a run, since when, until when, and what can be done. */
export function StoppedNotice({ stop }: { stop: Stop }): JSX.Element {
  const { clock, formats, views } = useDashboard();
  const now = clock.minute.value;
  const over = Date.parse(stop.resets_at) <= now;
  const upgrade = !over && canUpgrade(views.subscription.value);
  return (
    <Notice tone="warn" icon="stop" kind="stopped" head={stopWords(stop, formats, now)}>
      {stopAdvice(over, upgrade)}{' '}
      {upgrade ? (
        <CommandButton command="openUpgrade" look="link">
          {t('Change plan')}
        </CommandButton>
      ) : null}
    </Notice>
  );
}
