import type { JSX } from 'preact';
import { t } from '../../shared/l10n.ts';
import { type Column, csvName, toCsv } from '../state/csv.ts';
import { Icon } from './Icon.tsx';
import { useSave } from './useSave.ts';

interface Props<Row> {
  /** What the file holds, in its name; it finds the button in the page, as `[data-export=what]`. */
  readonly what: string;
  /** What the button does. */
  readonly label: string;
  /** Read when the file is asked for, not before. */
  readonly rows: () => Iterable<Row>;
  readonly columns: () => readonly Column<Row>[];
}

/** Saves rows as CSV where the user says; how that went stands beside the button. */
export function ExportButton<Row>({ what, label, rows, columns }: Props<Row>): JSX.Element {
  const [{ state, problem }, save] = useSave();
  return (
    <span class="export">
      <button
        type="button"
        class="button icon"
        data-export={what}
        aria-label={label}
        title={label}
        aria-disabled={state === 'saving' ? 'true' : undefined}
        onClick={() => save(what, (now) => ({ name: csvName(what, now), content: toCsv(columns(), rows()) }))}
      >
        <Icon name={state === 'saved' ? 'pass' : 'export'} />
      </button>
      <span
        role="status"
        class={problem === null ? 'visually-hidden' : 'problem ellipsis'}
        title={problem ?? undefined}
      >
        {state === 'saved' ? t('Saved') : problem}
      </span>
    </span>
  );
}
