import type { JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { t } from '../../shared/l10n.ts';
import { useDashboard } from '../context.ts';
import { descriptionWords, nameWords } from './draftWords.ts';
import { colorName, projectColors } from './palette.ts';
import type { ProjectDraft } from './projectDraft.ts';

/** Makes a project or changes it, in place: Enter saves, Escape closes. */
export function ProjectForm({ draft }: { readonly draft: ProjectDraft }): JSX.Element {
  const { edits } = useDashboard();
  const form = useFocus();
  const standing = edits.formStanding;
  const isBusy = standing?.kind === 'saving' || standing?.kind === 'saved';
  const { blocked } = edits;
  const onKeyDown = (event: KeyboardEvent): void => {
    const { key, shiftKey, isComposing, target } = event;
    if (key === 'Escape') edits.cancel();
    else if (key === 'Enter' && !shiftKey && !isComposing && !isButton(target)) save();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const save = (): void => {
    if (!isBusy && blocked === null) edits.save();
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a form of its own would reload the page on Enter
    <div
      class="project-form"
      role="group"
      aria-label={draft.id === null ? t('New project') : t('Edit project')}
      data-form={draft.id ?? 'new'}
      ref={form}
      onKeyDown={onKeyDown}
    >
      <Name draft={draft} busy={isBusy} />
      <Description draft={draft} busy={isBusy} />
      <Color draft={draft} busy={isBusy} />
      <div class="project-buttons">
        <button
          type="button"
          class="button primary"
          data-save
          title={blocked ?? undefined}
          aria-disabled={isBusy || blocked !== null ? 'true' : undefined}
          onClick={save}
        >
          {draft.id === null ? t('Create') : t('Save')}
        </button>
        <button type="button" class="button secondary" data-cancel onClick={() => edits.cancel()}>
          {isBusy ? t('Close') : t('Cancel')}
        </button>
        <span role="status" class="muted">
          {standing?.kind === 'saving' ? t('Saving…') : null}
          {standing?.kind === 'saved' ? t('Saved, waiting for sync…') : null}
          {standing === undefined ? blocked : null}
        </span>
      </div>
      {standing?.kind === 'problem' ? (
        <p class="problem" role="alert">
          {standing.words}
        </p>
      ) : null}
    </div>
  );
}

function isButton(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('button') !== null;
}

/** Into the name when the user opened the form, and back to what opened it when it closes with the focus inside. */
function useFocus(): { readonly current: HTMLDivElement | null } {
  const { edits } = useDashboard();
  const form = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const element = form.current;
    if (edits.asked.peek()) {
      edits.asked.value = false;
      element?.querySelector('input')?.select();
      element?.querySelector('input')?.focus();
    }
    return () => {
      if (!element?.contains(document.activeElement)) return;
      element.closest('li, section')?.querySelector<HTMLElement>('[data-edit], [data-new-project]')?.focus();
    };
  }, []);
  return form;
}

interface FieldProps {
  readonly draft: ProjectDraft;
  readonly busy: boolean;
}

function Name({ draft, busy }: FieldProps): JSX.Element {
  const { edits, formats } = useDashboard();
  // What was never typed is not told to be missing.
  const problem = edits.tried.value || draft.name !== '' ? nameWords(draft, formats) : null;
  const twin = useTwin(draft) && problem === null;
  return (
    <>
      <label class="field">
        <span>{t('Name')}</span>
        <input
          class="input"
          name="project-name"
          value={draft.name}
          readOnly={busy}
          autocomplete="off"
          aria-invalid={problem !== null}
          aria-describedby="project-name-note"
          onInput={({ currentTarget }) => edits.change({ name: currentTarget.value })}
        />
      </label>
      <p id="project-name-note" class={problem ? 'problem' : 'note'} role="status">
        {problem}
        {twin ? t('Another project has this name.') : null}
      </p>
    </>
  );
}

/** Another project has the name of the draft, up to case. */
function useTwin({ id, name }: ProjectDraft): boolean {
  const wanted = name.trim().toLowerCase();
  if (wanted === '') return false;
  const projects = useDashboard().store.tables.projects.value;
  return [...projects.values()].some(
    (other) => other.id !== id && other.name.trim().toLowerCase() === wanted,
  );
}

function Description({ draft, busy }: FieldProps): JSX.Element {
  const { edits, formats } = useDashboard();
  const problem = descriptionWords(draft, formats);
  return (
    <>
      <label class="field">
        <span>{t('Description')}</span>
        <textarea
          class="input"
          name="project-description"
          rows={2}
          value={draft.description}
          readOnly={busy}
          aria-invalid={problem !== null}
          aria-describedby="project-description-note"
          onInput={({ currentTarget }) => edits.change({ description: currentTarget.value })}
        />
      </label>
      <p id="project-description-note" class="problem" role="status">
        {problem}
      </p>
    </>
  );
}

function Color({ draft, busy }: FieldProps): JSX.Element {
  const { edits } = useDashboard();
  const { color } = draft.original;
  const isKnown = color === null || projectColors.includes(color);
  const colors = isKnown ? projectColors : [color, ...projectColors];
  return (
    <fieldset class="swatches" disabled={busy}>
      <legend>{t('Color')}</legend>
      {colors.map((color) => {
        const name = colorName(color) ?? t('As before');
        return (
          <label key={color} title={name}>
            <input
              type="radio"
              name="project-color"
              value={color}
              aria-label={name}
              checked={draft.color === color}
              onChange={() => edits.change({ color })}
            />
            <svg viewBox="0 0 20 20" aria-hidden="true">
              <circle cx="10" cy="10" r="7" fill={isHex(color) ? color : 'currentColor'} />
              <path class="swatch-mark" d="M6.8 10.2l2.2 2.2 4.2-4.6" />
            </svg>
          </label>
        );
      })}
    </fieldset>
  );
}

function isHex(color: string): boolean {
  return /^#[0-9a-f]{6}$/i.test(color);
}
