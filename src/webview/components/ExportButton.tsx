import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { useDashboard } from '../context.ts';
import { type Column, csvName, toCsv } from '../state/csv.ts';
import { Refused } from '../state/requests.ts';
import { Icon } from './Icon.tsx';

interface Props<Row> {
  /** Plural noun: names the button and the file. */
  readonly what: string;
  /** Read when the file is asked for, not before. */
  readonly rows: () => Iterable<Row>;
  readonly columns: () => readonly Column<Row>[];
}

type Standing =
  | { readonly kind: 'idle' | 'saving' | 'saved' }
  | { readonly kind: 'problem'; readonly words: string };

/** How long the button says that the file is saved, ms. */
const savedShown = 2_000;

/** Saves rows as CSV where the user says; how that went stands beside the button. */
export function ExportButton<Row>({ what, rows, columns }: Props<Row>): JSX.Element {
  const { requests, clock } = useDashboard();
  const [standing, setStanding] = useState<Standing>({ kind: 'idle' });
  useEffect(() => {
    if (standing.kind !== 'saved') return;
    const timer = setTimeout(() => setStanding({ kind: 'idle' }), savedShown);
    return () => clearTimeout(timer);
  }, [standing]);
  const save = async (): Promise<void> => {
    if (standing.kind === 'saving') return;
    setStanding({ kind: 'saving' });
    try {
      const content = toCsv(columns(), rows());
      const { saved } = await requests.ask('saveFile', { name: csvName(what, clock.now.peek()), content });
      setStanding({ kind: saved ? 'saved' : 'idle' });
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      setStanding({ kind: 'problem', words: error.message });
    }
  };
  const label = `Export ${what} as CSV`;
  return (
    <span class="export">
      <button
        type="button"
        class="button icon"
        data-export={what}
        aria-label={label}
        title={label}
        aria-disabled={standing.kind === 'saving' ? 'true' : undefined}
        onClick={save}
      >
        <Icon name={standing.kind === 'saved' ? 'pass' : 'export'} />
      </button>
      <span
        role="status"
        class={standing.kind === 'problem' ? 'problem ellipsis' : 'visually-hidden'}
        title={standing.kind === 'problem' ? standing.words : undefined}
      >
        {standing.kind === 'problem' ? standing.words : null}
        {standing.kind === 'saved' ? 'Saved' : null}
      </span>
    </span>
  );
}
