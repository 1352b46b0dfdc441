import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { t } from '../../shared/l10n.ts';
import { useDashboard } from '../context.ts';
import { endWords } from './words.ts';

/** Where the list ends: what is known of older runs. They are asked for while it is in sight. */
export function EndRow(): JSX.Element | null {
  const { runs, formats } = useDashboard();
  const element = useRef<HTMLDivElement>(null);
  const inSight = useInSight(element);
  const beyond = runs.older.beyond.value;
  const wants = inSight && beyond?.kind === 'more';
  useEffect(() => {
    if (wants) runs.older.ask();
  }, [wants, beyond]);
  if (!beyond) return null;
  const { choices } = runs;
  const searched = choices.search.value !== '' || choices.filter.value !== 'all';
  const facts = { known: runs.counts.value.all, searched, sorted: choices.sort.value !== null };
  return (
    <div class="run-end muted" ref={element} data-beyond={beyond.kind}>
      <span role="status">
        {beyond.kind === 'problem' ? beyond.words : endWords({ ...facts, beyond }, formats)}
      </span>
      {beyond.kind === 'problem' ? (
        <>
          {' '}
          <button type="button" class="button link" onClick={() => runs.older.ask()}>
            {t('Try again')}
          </button>
        </>
      ) : null}
    </div>
  );
}

/** Whether an element can be seen; without a way to know, it counts as seen once it is drawn. */
function useInSight(element: { readonly current: Element | null }): boolean {
  const [inSight, setInSight] = useState(typeof IntersectionObserver === 'undefined');
  useEffect(() => {
    if (typeof IntersectionObserver === 'undefined' || !element.current) return;
    const observer = new IntersectionObserver((entries) =>
      setInSight(entries.at(-1)?.isIntersecting === true),
    );
    observer.observe(element.current);
    return () => observer.disconnect();
  }, []);
  return inSight;
}
