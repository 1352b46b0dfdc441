import type { JSX } from 'preact';

interface Props {
  readonly label: string;
  /** Finds it in the page, as `[data-search=name]`. */
  readonly name: string;
  readonly value: string;
  readonly onSearch: (text: string) => void;
}

/** Narrows a list while one types; Escape and the browser's own button clear it. */
export function SearchBox({ label, name, value, onSearch }: Props): JSX.Element {
  return (
    <input
      type="search"
      class="input search"
      data-search={name}
      aria-label={label}
      placeholder={label}
      maxLength={100}
      spellcheck={false}
      autocomplete="off"
      value={value}
      onInput={({ currentTarget }) => onSearch(currentTarget.value)}
    />
  );
}
